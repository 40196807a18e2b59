"""What this room's verbs are called in a history."""

from django.utils.translation import gettext_lazy as _

from plait.frame.verbs import says

says(
    exchange__add_lesson=_("wrote it down"),
    exchange__change_lesson=_("changed it"),
    exchange__withdraw_lesson=_("took it back"),
    exchange__bring_back_lesson=_("brought it back"),
)
