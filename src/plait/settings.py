"""Django's settings. Where the database is comes from `plait.launch.places.connection()` and nowhere else.

Three aliases over one database, each a role of PostgreSQL: the router takes the one of whoever asks now. A web process
has no `owner`; the command line adds it (PLAIT_OWNER=1) to set up, migrate and test.
"""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.csp import CSP

from plait.launch.places import connection
from plait.launch.smtp import server as _smtp

_here = Path(__file__).resolve().parent
_database = connection()

# PLAIT_ADDRESS is where people reach this Plait, such as https://plait.example.org; without it, only this machine can.
ADDRESS = os.environ.get("PLAIT_ADDRESS", "")
_address = urlsplit(ADDRESS)
HTTPS = _address.scheme == "https"

DEMO = os.environ.get("PLAIT_DEMO") == "1"
"""The one-click sign-in exists. Set by the `demo` command for its own web process and for nobody else."""

READ_ONLY = os.environ.get("PLAIT_READ_ONLY") == "1"
"""Nothing is written: set by `serve --read-only`. The database itself then refuses it too."""

SMTP = None if DEMO else _smtp()
"""The mail server, from PLAIT_SMTP and its companions. A demonstration sends nothing, whatever is set."""

DEBUG = False
SECRET_KEY = _database.secret("django.key") or secrets.token_hex(32)
TOKEN_KEY = _database.secret("token.key")
TEST_CLOCK = False
"""32 bytes in hex: with it the web process signs who asks; the database holds the same key and verifies."""

ALLOWED_HOSTS = [*([_address.hostname] if _address.hostname else []), "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"{_address.scheme}://{_address.netloc}"] if _address.hostname else []
ROOT_URLCONF = "plait.web.urls"
WSGI_APPLICATION = "plait.web.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "plait.kernel",
    "plait.packs",
    "plait.frame",
    "plait.questions",
    "plait.partners",
    "plait.picture",
    "plait.programme",
    "plait.exchange",
    "plait.assurance",
    "plait.reports",
    "plait.public",
    "plait.web",
]

MIDDLEWARE = [
    "plait.web.middleware.StaticFiles",  # outside the transaction: it streams files and asks nobody
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "plait.web.middleware.OneTransaction",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "plait.web.middleware.Announce",
    "plait.web.frame.Frame",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "plait.web.middleware.IdleLock",  # after the token of forms is known: its page has a form
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "plait.frame.context.frame",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# --- database ---------------------------------------------------------------------------------------------------------


# Of a web process and a worker: nothing waits for ever, and in read-only mode the database refuses to write.
LIMITS = "-c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=300s"
if READ_ONLY:
    LIMITS += " -c default_transaction_read_only=on"


def _alias(role: str, *, pool: bool = True, **test: str) -> dict[str, Any]:
    tls = {"sslmode": _database.sslmode, "sslrootcert": _database.sslrootcert}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _database.name,
        "HOST": _database.host,
        "PORT": _database.port,
        "USER": f"plait_{role}",
        "PASSWORD": _database.password(role),
        "CONN_MAX_AGE": 0,  # the pool keeps connections, one pool for each alias and process
        "OPTIONS": {
            "server_side_binding": True,
            **({"pool": {"min_size": 1, "max_size": 4, "timeout": 10}, "options": LIMITS} if pool else {}),
            **{k: v for k, v in tls.items() if v},
        },
        "TEST": test,
    }


DATABASES = {"default": _alias("app", MIRROR="owner"), "public": _alias("public", MIRROR="owner")}
if os.environ.get("PLAIT_OWNER") == "1":
    DATABASES["owner"] = _alias("owner", pool=False)  # short work; an idle connection would hold a database
    DATABASES["maintenance"] = _alias("maintenance", pool=False, MIRROR="owner")
elif os.environ.get("PLAIT_WORKER") == "1":  # the worker's chores; a web process has no such alias
    DATABASES["maintenance"] = _alias("maintenance", pool=False)
if "owner" not in DATABASES:  # a mirror of what is not there would stop Django
    for _each in DATABASES.values():
        _each["TEST"] = {}

DATABASE_ROUTERS = ["plait.kernel.acting.Role"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- files ------------------------------------------------------------------------------------------------------------

FILE_UPLOAD_HANDLERS = ["plait.frame.uploads.InMemory"]  # nothing that is sent here is written to disk as it came

# --- accounts and sessions --------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "kernel.Account"
AUTHENTICATION_BACKENDS = ["plait.kernel.accounts.EmailBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "plait.kernel.passwords.NotOurNames"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
]
SESSION_ENGINE = "plait.kernel.sessions"
SESSION_COOKIE_AGE = 12 * 3600
IDLE_LOCK = 15 * 60
"""Seconds without a request after which the password is asked again; what was typed waits."""
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
SIGN_ON = os.environ.get("PLAIT_SIGN_ON", "")
"""A file that names the sign-ons of organisations (docs/how-to/single-sign-on.md)."""
PASSKEY_HOST = _address.hostname or "localhost"
"""The name to which passkeys are bound: where people reach this Plait."""
LOGIN_URL = "/sign-in/"
CSRF_FAILURE_VIEW = "plait.web.views.csrf_failed"

SESSION_COOKIE_NAME = "__Host-plait_session" if HTTPS else "plait_session"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-plait_csrf" if HTTPS else "plait_csrf"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_NAME = "plait_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- what a browser may do with a page --------------------------------------------------------------------------------

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600

# --- language, time, files --------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [_here / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/London"
FORMAT_MODULE_PATH = ["plait.frame.formats"]

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # straight from the rooms' static/ folders: nothing to collect, nothing to go stale
WHITENOISE_AUTOREFRESH = False

LOG_AS_JSON = os.environ.get("PLAIT_LOG") == "json"
# Sentences only: no request body, no statement, no name of a person enters a log line.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "plait.web.logs.Quiet", "as_json": LOG_AS_JSON}},
    "filters": {"no_secret": {"()": "plait.web.logs.NoSecret"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["no_secret"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        "plait.request": {"level": "INFO" if LOG_AS_JSON else "WARNING"},
    },
}
