"""Looks at the work and owns none of it: who sits where and why, whether each seat is still needed, and every use of the emergency access.

Its tables stand in the kernel, since what they hold decides who sees; this room has their rules in words and their pages.
"""
