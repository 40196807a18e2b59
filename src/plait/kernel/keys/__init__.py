"""Sealed text and its keys.

    seal(asker, row, words="...")          before saving: the row's Sealed fields get values under a fresh key of that row
    unseal(asker, rows, how="open")        the plain texts of many rows in one round trip; each row is a look, appended by the database
    seal_secret, open_secret               what an account keeps secret (a TOTP secret): no circle, no look

A key seals what is saved at once in one record and nothing else; it stands in the database wrapped by a key that does not
(`plait.launch.wrapping`). Whoever may not read the row gets no key, and whoever gets one has left a look.
"""

from plait.kernel.keys.epochs import begin, unwrapped, wrapped
from plait.kernel.keys.fields import Sealed, sealed_columns
from plait.kernel.keys.records import new_key, open_keys, seal, unseal
from plait.kernel.keys.sealing import DataKey, Unreadable, UsedUp, is_sealed, key_of
from plait.kernel.keys.secret import forget_secret, open_secret, seal_secret

__all__ = [
    "DataKey", "Sealed", "Unreadable", "UsedUp", "begin", "forget_secret", "is_sealed", "key_of", "new_key", "open_keys", "open_secret", "seal",
    "seal_secret", "sealed_columns", "unseal", "unwrapped", "wrapped",
]  # fmt: skip
