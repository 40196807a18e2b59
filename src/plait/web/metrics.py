"""Counts for whoever runs the machine: how many requests, how long, how many failed. Nothing per person, page or hour.

Each web process counts into a small file of its own in the folder that `serve` names (PLAIT_METRICS); the page adds them up. Without the folder
they stay in this process.
"""

from __future__ import annotations

import mmap
import os
import struct
from pathlib import Path

NAMES = (
    "ok", "moved", "refused", "failed", "retried", "faults", "milliseconds",
    "under 10 ms", "under 30 ms", "under 100 ms", "under 300 ms", "under 1 s", "under 3 s", "over 3 s",
)  # fmt: skip
LIMITS = (10, 30, 100, 300, 1000, 3000)
ONE = struct.Struct("<Q")
VARIABLE = "PLAIT_METRICS"

_own: mmap.mmap | None = None
_pid = 0


def _mine() -> mmap.mmap:
    """This process's counters; made anew after a fork."""
    global _own, _pid
    if _own is None or _pid != os.getpid():
        size, folder = ONE.size * len(NAMES), os.environ.get(VARIABLE)
        _pid = os.getpid()
        if folder and Path(folder).is_dir():
            descriptor = os.open(Path(folder) / f"{_pid}.counts", os.O_RDWR | os.O_CREAT, 0o600)
            os.ftruncate(descriptor, size)
            _own = mmap.mmap(descriptor, size)
            os.close(descriptor)
        else:
            _own = mmap.mmap(-1, size)
    return _own


def count(name: str, by: int = 1) -> None:
    at = NAMES.index(name) * ONE.size
    own = _mine()
    ONE.pack_into(own, at, ONE.unpack_from(own, at)[0] + by)


def request(status: int, milliseconds: float) -> None:
    """One request that was answered."""
    count("ok" if status < 300 else "moved" if status < 400 else "refused" if status < 500 else "failed")
    count("milliseconds", round(milliseconds))
    step = next((n for n, limit in enumerate(LIMITS) if milliseconds < limit), len(LIMITS))
    count(NAMES[7 + step])


def total() -> dict[str, int]:
    """Of all web processes since `serve` began."""
    folder = os.environ.get(VARIABLE)
    own = bytes(_mine())
    files = [p.read_bytes() for p in Path(folder).glob("*.counts")] if folder and Path(folder).is_dir() else [own]
    whole = [data for data in files if len(data) == ONE.size * len(NAMES)]
    return {name: sum(ONE.unpack_from(data, n * ONE.size)[0] for data in whole) for n, name in enumerate(NAMES)}
