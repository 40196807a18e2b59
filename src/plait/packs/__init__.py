"""Packs: the words of a jurisdiction, as data.

A pack is a folder of YAML: vocabularies, sectors and recommended stakeholders, offices and decision rights, the steps of an
assessment, matrix and yardstick, how long things are kept, help lines, complaint routes, the layout of the team profile. Code
knows the shapes (`shape/`); packs know the words. A new country is a new folder and no code.

This room may know `frame`, `methods` and `kernel`, and nothing above it.
"""

from plait.packs.check import check_folder
from plait.packs.loading import available, current, find, load
from plait.packs.problems import PackError
from plait.packs.shape import Pack

__all__ = ["Pack", "PackError", "available", "check_folder", "current", "find", "load"]
