"""Bare Django for comparison: its usual middleware, a signed-in person, one page with 25 of 20,000 rows and their number."""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings

from plait.launch.places import connection as place

_place = place()
settings.configure(
    DEBUG=False,
    SECRET_KEY="bench",  # noqa: S106 - signs a session of invented people on this machine
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql", "NAME": os.environ["PLAIT_BENCH_BARE"], "HOST": _place.host, "PORT": _place.port,
            "USER": "plait_owner", "PASSWORD": _place.password("owner"), "OPTIONS": {"pool": {"min_size": 1, "max_size": 4}},
        }
    },
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions"],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [], "OPTIONS": {}}],
)  # fmt: skip

import django  # noqa: E402

django.setup()

from django.contrib.auth.decorators import login_required  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.template import engines  # noqa: E402
from django.urls import path  # noqa: E402


class Item(models.Model):
    title = models.CharField(max_length=200)
    what = models.TextField()
    happened_on = models.DateField()
    place = models.CharField(max_length=60)

    class Meta:
        app_label = "auth"
        db_table = "bench_item"
        indexes = [models.Index(fields=["happened_on", "id"], name="bench_item_list")]


LIST = engines["django"].from_string(
    "<!doctype html><html lang='en'><title>List</title><body><p>{{ request.user.username }}: {{ n }} records</p><form><input name='q'></form><table>"
    "{% for i in rows %}<tr><td><a href='/{{ i.id }}/'>{{ i.title }}</a><td>{{ i.happened_on }}<td>{{ i.place }}<td>{{ i.what|truncatewords:20 }}{% endfor %}</table></body></html>"
)


@login_required
def listed(request: HttpRequest) -> HttpResponse:
    rows: Any = Item.objects.order_by("-happened_on", "-id")
    return HttpResponse(LIST.render({"request": request, "n": rows.count(), "rows": rows[:25]}))


urlpatterns = [path("", listed)]
application = get_wsgi_application()


def prepare(rows: int) -> str:
    """Tables, rows and somebody signed in: the session's key."""
    from datetime import date, timedelta

    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.models import User
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(Item)
    Item.objects.bulk_create(
        (
            Item(
                title=f"Item {n} of many",
                what="What somebody saw, was told or read. " * 4,
                happened_on=date(2026, 1, 1) - timedelta(days=n % 900),
                place="town",
            )
            for n in range(rows)
        ),
        batch_size=2000,
    )
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    user = User.objects.create(username="somebody")
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


if __name__ == "__main__":
    import sys

    print(prepare(int(sys.argv[1])))
