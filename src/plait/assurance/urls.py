"""Addresses of the room."""

from __future__ import annotations

from plait.assurance import views
from plait.frame.routes import MEMBER, RIGHT, route

app_name = "assurance"
BOTH = ("GET", "POST")
ROW = "<uuid:circle>/<uuid:id>/"

urlpatterns = [
    route("seats/", views.circles, "circles", needs=MEMBER),
    route("seats/<uuid:circle>/", views.circle, "circle", needs=MEMBER),
    route("seats/<uuid:circle>/begin/", views.begin, "begin", needs=MEMBER, methods=BOTH),
    route(f"seats/{ROW}answer/", views.answer, "answer", needs=MEMBER, methods=BOTH),
    route(f"seats/{ROW}confirm/", views.decide, "decide", needs=MEMBER, methods=BOTH),
    route("emergency/", views.uses, "uses", needs=MEMBER),
    route("emergency/use/", views.break_glass, "break_glass", needs=RIGHT("kernel.break_glass"), methods=BOTH, fresh=True),
    route("emergency/steward/", views.ask_steward, "ask_steward", needs=RIGHT("kernel.ask_steward"), methods=BOTH),
    route("emergency/<uuid:id>/", views.use, "use", needs=MEMBER, methods=BOTH),
]
