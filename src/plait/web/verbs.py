"""What the kernel's verbs are called in a history."""

from django.utils.translation import gettext_lazy as _

from plait.frame.verbs import says

says(
    kernel__appoint=_("appointed somebody"),
    kernel__end_office=_("ended an office"),
    kernel__invite=_("invited somebody"),
    kernel__invite_again=_("made a new link"),
    kernel__rename_circle=_("named the circle"),
    kernel__set_bar=_("wrote down a conflict of interest"),
    release__prepare=_("prepared a release"),
    release__release=_("released it"),
    release__send_back=_("sent it back"),
    release__withdraw=_("took it off the public pages"),
)
