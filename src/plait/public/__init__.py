"""The public site: what was released, for anybody, in the languages of the partnership.

Works with the bare database role and knows nothing but public copies, the numbers of releases, the partnership's own row and
the pack. No session, no cookie, no form, no script, nothing from elsewhere; a page and all that it loads stay under 100 KB.
"""
