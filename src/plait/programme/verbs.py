"""What this room's verbs are called in a history."""

from django.utils.translation import gettext_lazy as _

from plait.frame.verbs import says

says(
    programme__add_priority=_("took it on"),
    programme__change_priority=_("changed it"),
    programme__move_priority=_("said where it stands"),
    programme__withdraw_priority=_("took it back"),
    programme__bring_back_priority=_("brought it back"),
)
