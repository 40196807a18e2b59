"""Plait: the shared workspace of a local partnership that prevents violent extremism.

One folder a room; what a room may know of another is in `pyproject.toml` (import-linter) and is kept by `./plait check`.
"""

__version__ = "0.1.0"
