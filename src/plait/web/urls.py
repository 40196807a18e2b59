"""Every address of the house, room by room."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path

from plait.frame.routes import ACCOUNT, ANYBODY, EITHER, MEMBER, OFFICE, RIGHT, route
from plait.web import looked, views
from plait.web.accounts import signing, signon
from plait.web.accounts import views as accounts
from plait.web.desk import views as desk
from plait.web.keeping import views as keeping
from plait.web.tasks import views as tasks

BOTH = ("GET", "POST")
KEEPERS = EITHER(OFFICE("administrator"), RIGHT(keeping.PROPOSE), RIGHT(keeping.AGREE))

web = [
    route("", views.index, "index", needs=ANYBODY),
    route("health/", views.health, "health", needs=ANYBODY),
    route("home/", views.home, "home", needs=ACCOUNT),
    route("lately/", views.lately, "lately", needs=MEMBER),
    route("search/", views.search, "search", needs=MEMBER),
    route("profile/", views.profile, "profile", needs=MEMBER),
    route("circles/<uuid:circle>/", views.circle, "why", needs=ACCOUNT),
    route("circles/<uuid:circle>/bar/", views.bar, "bar", needs=ACCOUNT, methods=BOTH),
    route("looked/<str:kind>/<uuid:circle>/<uuid:id>/", looked.looked, "looked", needs=ACCOUNT, methods=BOTH),
    route("sign-in/", signing.sign_in, "sign_in", needs=ANYBODY, methods=BOTH),
    route("sign-in/second/", signing.second, "second", needs=ANYBODY, methods=BOTH),
    route("sign-on/<slug:key>/", signon.go, "sign_on", needs=ANYBODY),
    route("sign-on/<slug:key>/back/", signon.back, "sign_on_back", needs=ANYBODY),
    route("sign-in/passkey/", signing.passkey_ask, "passkey_ask", needs=ANYBODY, methods=("POST",)),
    route("sign-out/", accounts.sign_out, "sign_out", needs=ACCOUNT, methods=("POST",)),
    route("invitation/<str:secret>/", accounts.invitation, "invitation", needs=ANYBODY, methods=BOTH),
    route("me/", accounts.me, "me", needs=ACCOUNT, methods=BOTH),
    route("me/password/", accounts.password, "password", needs=ACCOUNT, methods=BOTH, fresh=True),
    route("me/sign-in/", signing.how, "how", needs=ACCOUNT),
    route("me/sign-in/add/", signing.add_own, "add_way", needs=ACCOUNT, methods=BOTH, fresh=True),
    route("me/sign-in/codes/", signing.codes, "new_codes", needs=ACCOUNT, methods=("POST",), fresh=True),
    route("me/sign-in/<uuid:factor>/remove/", signing.remove, "remove_way", needs=ACCOUNT, methods=("POST",), fresh=True),
    route("me/sessions/end/", accounts.end_session, "end_session", needs=ACCOUNT, methods=("POST",)),
    route("administration/", accounts.administration, "administration", needs=OFFICE("administrator")),
    route("administration/invite/", accounts.invite, "invite", needs=OFFICE("administrator"), methods=BOTH, fresh=True),
    route(
        "administration/<uuid:account>/link/", accounts.link, "link", needs=OFFICE("administrator"), methods=("POST",), fresh=True
    ),
    route(
        "administration/<uuid:account>/appoint/",
        accounts.appoint,
        "appoint",
        needs=OFFICE("administrator"),
        methods=BOTH,
        fresh=True,
    ),
    route(
        "administration/offices/<uuid:office>/end/",
        accounts.end_office,
        "end_office",
        needs=OFFICE("administrator"),
        methods=BOTH,
        fresh=True,
    ),
    route("machine/", keeping.the_machine, "machine", needs=OFFICE("administrator")),
    route("calendar/", tasks.calendar, "calendar", needs=MEMBER),
    route("calendar/feed/<str:secret>/plait.ics", tasks.feed, "feed", needs=ANYBODY),
    route("me/told/", tasks.told, "told", needs=ACCOUNT, methods=BOTH),
    route("me/told/<uuid:id>/open/", tasks.open_notice, "open_notice", needs=ACCOUNT, methods=("POST",)),
    route("me/told/<uuid:id>/take-back/", tasks.recall, "recall_notice", needs=ACCOUNT, methods=("POST",)),
    route("me/calendar/", tasks.make_feed, "make_feed", needs=ACCOUNT, methods=("POST",)),
    route("me/calendar/end/", tasks.end_feed, "end_feed", needs=ACCOUNT, methods=("POST",)),
    route("ask/<str:kind>/<uuid:circle>/<uuid:id>/", tasks.ask, "ask", needs=MEMBER, methods=BOTH),
    route("administration/work/", tasks.work, "work", needs=OFFICE("administrator")),
    route("administration/work/test/", tasks.send_test, "send_test", needs=OFFICE("administrator"), methods=("POST",)),
    route("backups/", keeping.backups, "backups", needs=KEEPERS),
    route("backups/propose/", keeping.propose, "propose_recipients", needs=RIGHT(keeping.PROPOSE), methods=BOTH, fresh=True),
    route(
        "backups/<uuid:id>/agree/", keeping.agree, "agree_recipients", needs=RIGHT(keeping.AGREE), methods=("POST",), fresh=True
    ),
    route("backups/<uuid:id>/decline/", keeping.decline, "decline_recipients", needs=KEEPERS, methods=("POST",)),
    route("desk/", desk.desk, "desk", needs=MEMBER),
    route("desk/prepare/", desk.prepare, "prepare", needs=RIGHT("release.prepare"), methods=BOTH),
    route(
        "desk/withdraw/<str:kind>/<uuid:id>/",
        desk.withdraw,
        "withdraw",
        needs=RIGHT("release.withdraw"),
        methods=BOTH,
        fresh=True,
    ),
    route("desk/<uuid:circle>/<uuid:id>/", desk.release, "release", needs=MEMBER),
    route(
        "desk/<uuid:circle>/<uuid:id>/release/",
        desk.let_out,
        "let_out",
        needs=RIGHT("release.approve"),
        methods=("POST",),
        fresh=True,
    ),
    route("desk/<uuid:circle>/<uuid:id>/send-back/", desk.send_back, "send_back", needs=RIGHT("release.approve"), methods=BOTH),
]

urlpatterns = [
    path("", include((web, "web"))),
    path("", include("plait.questions.urls")),
    path("partners/", include("plait.partners.urls")),
    path("picture/", include("plait.picture.urls")),
    path("programme/", include("plait.programme.urls")),
    path("exchange/", include("plait.exchange.urls")),
    path("assurance/", include("plait.assurance.urls")),
    path("public/", include("plait.public.urls")),
    path("", include("plait.packs.urls")),
    path("", include("plait.frame.urls")),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("plait.web.demo")))

handler400 = "plait.web.views.bad_request"
handler403 = "plait.web.views.forbidden"
handler404 = "plait.web.views.not_found"
handler500 = "plait.web.views.broken"
