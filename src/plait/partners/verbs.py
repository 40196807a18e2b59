"""What this room's verbs are called in a history."""

from django.utils.translation import gettext_lazy as _

from plait.frame.verbs import says

says(
    partners__change_about=_("wrote what the partnership says of itself"),
    partners__add_organisation=_("entered it"),
    partners__change_organisation=_("changed it"),
    partners__record_agreement=_("wrote down where it agreed to be listed"),
    partners__withdraw_agreement=_("took its agreement to be listed back"),
    partners__leave=_("wrote down that it left"),
    partners__return=_("wrote down that it takes part again"),
    partners__add_person=_("entered this person"),
    partners__change_person=_("corrected name or address"),
    partners__invite_person=_("invited this person"),
    partners__begin_membership=_("wrote down that it began"),
    partners__seat_member=_("gave the seats that go with it"),
    partners__end_membership=_("ended it"),
    partners__leave_own=_("wrote down that they left"),
    partners__add_group=_("set it up"),
    partners__change_group=_("changed it"),
    partners__set_chair=_("wrote down who chairs it"),
    partners__add_member=_("added a member"),
    partners__end_member=_("wrote down that a member left"),
    partners__end_group=_("ended it"),
    partners__reopen_group=_("opened it again"),
    partners__add_gap=_("entered it"),
    partners__change_gap=_("wrote down how far it is"),
    partners__withdraw_gap=_("took it out of the register"),
    partners__restore_gap=_("put it back into the register"),
    partners__appoint=_("appointed"),
    partners__end_office=_("ended the office"),
)
