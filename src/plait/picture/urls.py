"""Addresses of the picture."""

from __future__ import annotations

from plait.frame.routes import MEMBER, RIGHT, route
from plait.picture.views import assessments, evidence, files, risks

app_name = "picture"
BOTH, POST = ("GET", "POST"), ("POST",)
ONE = "<uuid:circle>/<uuid:id>/"
OPEN, VOICE, AGREE = RIGHT("picture.open_comments"), RIGHT("picture.take_position"), RIGHT("picture.agree_assessment")

urlpatterns = [
    route("risks/", risks.risks, "risks", needs=MEMBER),
    route("risks/add/", risks.add, "add_risk", needs=MEMBER, methods=BOTH),
    route(f"risks/{ONE}", risks.risk, "risk", needs=MEMBER),
    route(f"risks/{ONE}change/", risks.change, "change_risk", needs=MEMBER, methods=BOTH),
    route(f"risks/{ONE}evidence/", risks.link, "link_evidence", needs=MEMBER, methods=BOTH),
    route(f"risks/{ONE}withdraw/", risks.withdraw, "withdraw_risk", needs=MEMBER, methods=BOTH),
    route(f"risks/{ONE}bring-back/", risks.bring_back, "bring_back_risk", needs=MEMBER, methods=POST),
    route(f"links/{ONE}remove/", risks.unlink, "unlink_evidence", needs=MEMBER, methods=BOTH),
    route("evidence/", evidence.evidence_list, "evidence_list", needs=MEMBER),
    route("evidence/add/", evidence.add, "add_evidence", needs=MEMBER),
    route("evidence/add/throw-away/", evidence.throw_away, "throw_away", needs=MEMBER, methods=POST),
    route("evidence/add/check/", evidence.check, "check_evidence", needs=MEMBER, methods=BOTH),
    route("evidence/add/<slug:step>/", evidence.step, "evidence_step", needs=MEMBER, methods=BOTH),
    route(f"evidence/{ONE}", evidence.evidence, "evidence", needs=MEMBER),
    route(f"evidence/{ONE}change/", evidence.change, "change_evidence", needs=MEMBER, methods=BOTH),
    route(f"evidence/{ONE}withdraw/", evidence.withdraw, "withdraw_evidence", needs=MEMBER, methods=BOTH),
    route(f"evidence/{ONE}bring-back/", evidence.bring_back, "bring_back_evidence", needs=MEMBER, methods=POST),
    route(f"evidence/{ONE}files/add/", files.add, "add_file", needs=MEMBER, methods=BOTH),
    route(f"evidence/{ONE}files/<uuid:file>/", files.open_one, "file", needs=MEMBER),
    route(f"evidence/{ONE}files/<uuid:file>/remove/", files.remove, "remove_file", needs=MEMBER, methods=POST),
    route(f"evidence/{ONE}files/<uuid:file>/bring-back/", files.bring_back, "bring_back_file", needs=MEMBER, methods=POST),
    route("assessments/", assessments.assessments, "assessments", needs=MEMBER),
    route("assessments/begin/", assessments.begin, "start_assessment", needs=OPEN, methods=BOTH),
    route(f"assessments/{ONE}", assessments.assessment, "assessment", needs=MEMBER),
    route(f"assessments/{ONE}text.json", assessments.text, "assessment_text", needs=MEMBER),
    route(f"assessments/{ONE}compare/<uuid:other>/", assessments.compare, "compare", needs=MEMBER),
    route(f"assessments/{ONE}edit/", assessments.edit, "edit_assessment", needs=OPEN, methods=BOTH),
    route(f"assessments/{ONE}open/", assessments.open_comments, "open_comments", needs=OPEN, methods=BOTH),
    route(f"assessments/{ONE}take-back/", assessments.take_back, "take_back", needs=OPEN, methods=BOTH),
    route(f"assessments/{ONE}withdraw/", assessments.withdraw, "withdraw_assessment", needs=OPEN, methods=BOTH),
    route(f"assessments/{ONE}comment/", assessments.comment, "comment", needs=MEMBER, methods=BOTH),
    route(f"assessments/{ONE}position/", assessments.position, "position", needs=VOICE, methods=BOTH),
    route(f"assessments/{ONE}agree/", assessments.agree, "agree", needs=AGREE, methods=BOTH),
    route(f"comments/{ONE}answer/", assessments.answer, "answer_comment", needs=OPEN, methods=BOTH),
]
