"""What the kernel's verbs are called in a history."""

from django.utils.translation import gettext_lazy as _

from plait.frame.verbs import says

says(
    kernel__propose_disposal=_("proposed that it be disposed of"),
    kernel__take_back_disposal=_("took a proposed disposal back"),
    kernel__dispose=_("agreed that it be disposed of"),
    kernel__set_hold=_("set a hold"),
    kernel__lift_hold=_("lifted a hold"),
    kernel__agree_recipients=_("agreed to who can open backups"),
    kernel__appoint=_("appointed somebody"),
    kernel__end_office=_("ended an office"),
    kernel__invite=_("invited somebody"),
    kernel__invite_again=_("made a new link"),
    kernel__propose_recipients=_("proposed who can open backups"),
    kernel__rename_circle=_("named the circle"),
    kernel__return_recipients=_("took a proposal off the table"),
    kernel__ask_to_look=_("asked somebody to look"),
    kernel__choose_rhythm=_("chose how to be told"),
    kernel__end_feed=_("ended the calendar's address"),
    kernel__open_feed=_("made a calendar's address"),
    kernel__read_notices=_("read what they were told"),
    kernel__recall_notice=_("took back what they told somebody"),
    kernel__test_mail=_("sent themself a test message"),
    kernel__set_bar=_("wrote down a conflict of interest"),
    release__prepare=_("prepared a release"),
    release__release=_("released it"),
    release__send_back=_("sent it back"),
    release__withdraw=_("took it off the public pages"),
)
