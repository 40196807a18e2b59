"""Plait's settings with the benches' own table, and a second database of the same shape with fewer rows."""

from plait.settings import *  # noqa: F403
from plait.settings import DATABASES, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "_matters"]
DATABASES = {**DATABASES, "small": {**DATABASES["default"]}}
