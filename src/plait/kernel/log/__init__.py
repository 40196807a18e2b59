"""The log: entries that the database writes, the order and the tree that a sequencer gives them, and the check of all of it.

`history()` and `recent()` read entries by record and by circle. `sequence()` is the worker's: it gives each finished entry the next leaf of a
Merkle tree, exactly once, and signs checkpoints at fixed times; no request waits for it. `verify()` recomputes everything.
Formats: docs/reference/log.md.
"""

from plait.kernel.log.entries import LogEntry, Recent, history, recent

__all__ = ["LogEntry", "Recent", "history", "recent"]
