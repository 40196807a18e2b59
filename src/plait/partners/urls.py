"""Addresses of the room. Addresses of protected records carry circle and id."""

from __future__ import annotations

from plait.frame.routes import MEMBER, route
from plait.partners.views import about, coverage, groups, offices, organisations, people

app_name = "partners"
BOTH = ("GET", "POST")
ROW = "<uuid:circle>/<uuid:id>/"

urlpatterns = [
    route("coverage/", coverage.coverage, "coverage", needs=MEMBER),
    route("gaps/", coverage.gaps, "gaps", needs=MEMBER),
    route("gaps/add/", coverage.add, "add_gap", needs=MEMBER, methods=BOTH),
    route(f"gaps/{ROW}", coverage.gap, "gap", needs=MEMBER),
    route(f"gaps/{ROW}change/", coverage.change, "change_gap", needs=MEMBER, methods=BOTH),
    route(f"gaps/{ROW}withdraw/", coverage.withdraw, "withdraw_gap", needs=MEMBER, methods=BOTH),
    route(f"gaps/{ROW}restore/", coverage.restore, "restore_gap", needs=MEMBER, methods=BOTH),
    route("organisations/", organisations.organisations, "organisations", needs=MEMBER),
    route("organisations/add/", organisations.add, "add_organisation", needs=MEMBER, methods=BOTH),
    route(f"organisations/{ROW}", organisations.organisation, "organisation", needs=MEMBER),
    route(f"organisations/{ROW}change/", organisations.change, "change_organisation", needs=MEMBER, methods=BOTH),
    route(f"organisations/{ROW}agreement/", organisations.agreement, "agreement", needs=MEMBER, methods=BOTH),
    route(
        f"organisations/{ROW}agreement/withdraw/",
        organisations.withdraw_agreement,
        "withdraw_agreement",
        needs=MEMBER,
        methods=BOTH,
    ),
    route(f"organisations/{ROW}leave/", organisations.leave, "leave", needs=MEMBER, methods=BOTH, fresh=True),
    route(f"organisations/{ROW}return/", organisations.back, "return", needs=MEMBER, methods=BOTH),
    route(f"organisations/{ROW}memberships/add/", people.begin, "begin_membership", needs=MEMBER, methods=BOTH),
    route(f"memberships/{ROW}end/", people.end, "end_membership", needs=MEMBER, methods=BOTH, fresh=True),
    route(f"memberships/{ROW}leave/", people.leave_own, "leave_own", needs=MEMBER, methods=BOTH),
    route(f"memberships/{ROW}seats/", people.seats, "seat_member", needs=MEMBER, methods=BOTH, fresh=True),
    route("people/", people.people, "people", needs=MEMBER),
    route("people/add/", people.add, "add_person", needs=MEMBER, methods=BOTH),
    route("people/invite/", people.invite, "invite", needs=MEMBER, methods=BOTH, fresh=True),
    route(f"people/{ROW}", people.person, "person", needs=MEMBER),
    route(f"people/{ROW}change/", people.change, "change_person", needs=MEMBER, methods=BOTH),
    route(f"people/{ROW}invite/", people.invite_known, "invite_person", needs=MEMBER, methods=BOTH, fresh=True),
    route("groups/", groups.groups, "groups", needs=MEMBER),
    route("groups/add/", groups.add, "add_group", needs=MEMBER, methods=BOTH),
    route(f"groups/{ROW}", groups.group, "group", needs=MEMBER),
    route(f"groups/{ROW}change/", groups.change, "change_group", needs=MEMBER, methods=BOTH),
    route(f"groups/{ROW}chair/", groups.chair, "set_chair", needs=MEMBER, methods=BOTH, fresh=True),
    route(f"groups/{ROW}members/add/", groups.add_member, "add_member", needs=MEMBER, methods=BOTH, fresh=True),
    route(f"groups/members/{ROW}end/", groups.end_member, "end_member", needs=MEMBER, methods=BOTH, fresh=True),
    route(f"groups/{ROW}end/", groups.end, "end_group", needs=MEMBER, methods=BOTH, fresh=True),
    route(f"groups/{ROW}reopen/", groups.reopen, "reopen_group", needs=MEMBER, methods=BOTH),
    route("offices/", offices.offices, "offices", needs=MEMBER),
    route("offices/appoint/", offices.appoint, "appoint", needs=MEMBER, methods=BOTH, fresh=True),
    route(f"offices/{ROW}end/", offices.end, "end_office", needs=MEMBER, methods=BOTH, fresh=True),
    route("about/", about.about, "about", needs=MEMBER),
    route("about/change/", about.change, "change_about", needs=MEMBER, methods=BOTH),
]
