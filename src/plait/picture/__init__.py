"""The local risk picture: evidence, risks, the year's assessment, agreed and published.

About places and themes; it names no private person. Judgements are words on a yardstick; the matrix is looked up in the pack.
"""
