"""What this room's verbs are called in a history."""

from django.utils.translation import gettext_lazy as _

from plait.frame.verbs import says

says(
    picture__add_evidence=_("wrote it down"),
    picture__change_evidence=_("changed it"),
    picture__withdraw_evidence=_("withdrew it"),
    picture__bring_back_evidence=_("brought it back"),
    picture__add_file=_("added a file"),
    picture__remove_file=_("removed a file"),
    picture__bring_back_file=_("brought a file back"),
    picture__add_risk=_("added it"),
    picture__change_risk=_("changed it"),
    picture__withdraw_risk=_("withdrew it"),
    picture__bring_back_risk=_("brought it back"),
    picture__start_assessment=_("began the draft"),
    picture__edit_assessment=_("changed the draft"),
    picture__open_comments=_("opened it for comment"),
    picture__take_back=_("took it back to draft"),
    picture__withdraw_assessment=_("withdrew the draft"),
    picture__agree_assessment=_("recorded that the board agreed it"),
    picture__comment=_("commented"),
    picture__answer_comment=_("answered a comment"),
    picture__take_position=_("took a position"),
    picture__link_evidence=_("linked evidence"),
    picture__unlink_evidence=_("removed a link to evidence"),
)
