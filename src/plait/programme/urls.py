"""Addresses of the programme."""

from plait.frame.routes import MEMBER, route
from plait.programme import views

BOTH = ("GET", "POST")

app_name = "programme"
urlpatterns = [
    route("", views.priorities, "priorities", needs=MEMBER),
    route("add/", views.add, "add", needs=MEMBER, methods=BOTH),
    route("<uuid:circle>/<uuid:id>/", views.priority, "priority", needs=MEMBER),
    route("<uuid:circle>/<uuid:id>/change/", views.change, "change", needs=MEMBER, methods=BOTH),
    route("<uuid:circle>/<uuid:id>/state/", views.move, "move", needs=MEMBER, methods=BOTH),
    route("<uuid:circle>/<uuid:id>/withdraw/", views.withdraw, "withdraw", needs=MEMBER, methods=BOTH),
    route("<uuid:circle>/<uuid:id>/bring-back/", views.bring_back, "bring_back", needs=MEMBER, methods=("POST",)),
]
