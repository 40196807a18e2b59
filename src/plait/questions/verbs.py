"""What is done with links and answers, in a history."""

from django.utils.translation import gettext_lazy as _

from plait.frame.verbs import says

says(
    kernel__make_link=_("made a link to one question"),
    kernel__end_link=_("ended the link"),
    kernel__answer=_("answered, without an account"),
    kernel__take_answer=_("took the answer over"),
    kernel__decline_answer=_("declined the answer"),
)
