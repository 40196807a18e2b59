"""Addresses of the exchange."""

from plait.exchange import views
from plait.frame.routes import MEMBER, route

BOTH = ("GET", "POST")

app_name = "exchange"
urlpatterns = [
    route("", views.lessons, "lessons", needs=MEMBER),
    route("add/", views.add, "add", needs=MEMBER, methods=BOTH),
    route("<uuid:circle>/<uuid:id>/", views.lesson, "lesson", needs=MEMBER),
    route("<uuid:circle>/<uuid:id>/change/", views.change, "change", needs=MEMBER, methods=BOTH),
    route("<uuid:circle>/<uuid:id>/withdraw/", views.withdraw, "withdraw", needs=MEMBER, methods=BOTH),
    route("<uuid:circle>/<uuid:id>/bring-back/", views.bring_back, "bring_back", needs=MEMBER, methods=("POST",)),
]
