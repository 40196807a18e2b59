"""Addresses of the room; and, in a space of its own, the one address that a visitor has."""

from __future__ import annotations

from plait.frame.routes import ANYBODY, MEMBER, route
from plait.questions import views, visit

app_name = "questions"
BOTH = ("GET", "POST")
ROW = "<uuid:circle>/<uuid:id>/"

urlpatterns = [
    route("q/sent/", visit.sent, "sent", needs=ANYBODY),
    route("q/<str:secret>/", visit.question, "question", needs=ANYBODY, methods=BOTH),
    route("questions/", views.answers, "answers", needs=MEMBER),
    route("questions/links/", views.links, "links", needs=MEMBER),
    route("questions/links/make/", views.choose, "choose", needs=MEMBER),
    route("questions/links/make/<slug:kind>/", views.make, "make", needs=MEMBER, methods=BOTH, fresh=True),
    route(f"questions/links/{ROW}end/", views.end, "end_link", needs=MEMBER, methods=BOTH),
    route(f"questions/{ROW}", views.answer, "answer", needs=MEMBER),
    route(f"questions/{ROW}take/<slug:way>/", views.take, "take", needs=MEMBER, methods=BOTH),
    route(f"questions/{ROW}decline/", views.decline, "decline", needs=MEMBER, methods=BOTH),
]
