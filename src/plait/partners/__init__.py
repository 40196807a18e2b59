"""Who: organisations, people, groups, memberships, offices as people see them, and the coverage of the pack's recommended partners.

Knows the kernel, the pack and the frame. A body that has not agreed is not listed, mapped or measured outside the partnership.
"""
