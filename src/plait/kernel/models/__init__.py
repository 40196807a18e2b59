"""Tables of the ground, and the base classes from which rooms make theirs."""

from plait.kernel.models.background import Chore
from plait.kernel.models.base import Across, Protected, PublicText, Rows, VersionField, Within, take
from plait.kernel.models.ground import (
    FOREVER,
    Account,
    Bar,
    Circle,
    DecisionRight,
    Entry,
    Grant,
    Invitation,
    Kind,
    Level,
    Office,
    OfficeSeat,
    Partnership,
    Publication,
    Published,
    Release,
    Seat,
    Session,
    Token,
)
from plait.kernel.models.keeping import Keeping, Recipients

__all__ = [
    "FOREVER", "Account", "Across", "Bar", "Chore", "Circle", "DecisionRight", "Entry", "Grant", "Invitation", "Keeping", "Kind", "Level", "Office",
    "OfficeSeat", "Partnership", "Protected", "PublicText", "Publication", "Published", "Recipients", "Release", "Rows", "Seat", "Session", "Token",
    "VersionField", "Within", "take",
]  # fmt: skip
