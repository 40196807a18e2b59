"""Reports: what leaves the house as a file. First the team profile.

`profile.compose` puts the profile together from public copies and the pack's layout: pure, without a database. Each format is
one module that turns a `Profile` into bytes and decides nothing. This room knows the packs' words and nothing of any other room.
"""

from plait.reports.formats import FORMATS, Format, file_name, render

__all__ = ["FORMATS", "Format", "file_name", "render"]
