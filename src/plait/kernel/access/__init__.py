"""Circles, seats, bars, offices: the few questions and the definer functions that change them."""

from plait.kernel.access.queries import (
    LEVELS,
    Audience,
    SeatInfo,
    audience,
    circle_of,
    in_circle,
    is_member,
    may_write,
    my_circles,
    partnership_circle,
    public_circle,
    stewards,
    who,
    why,
)
from plait.kernel.access.writing import end_office, end_seat, end_seats_from, give_grant, give_office, give_seat, lift_bar, open_circle, rename_circle, set_bar

__all__ = [
    "Audience", "LEVELS", "SeatInfo", "audience", "circle_of", "end_office", "end_seat", "end_seats_from", "give_grant", "give_office", "give_seat",
    "in_circle", "is_member", "lift_bar", "may_write", "my_circles", "open_circle", "partnership_circle", "public_circle", "rename_circle", "set_bar",
    "stewards", "who", "why",
]  # fmt: skip
