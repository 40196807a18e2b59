"""What is done with seats and the emergency access, in a history."""

from django.utils.translation import gettext_lazy as _

from plait.frame.verbs import says

says(
    kernel__break_glass=_("took a reader's seat for four hours, for a duty of care"),
    kernel__review_break_glass=_("reviewed a use of the emergency access"),
    kernel__begin_seat_review=_("asked whether each seat is still needed"),
    kernel__answer_seat_review=_("answered for a seat"),
    kernel__decide_seat_review=_("decided on an answer for a seat"),
)
