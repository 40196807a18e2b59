from django.apps import AppConfig


class Config(AppConfig):
    name = "plait.web"
    label = "web"

    def ready(self) -> None:
        from plait.web import (  # noqa: F401 - they register themselves
            disposing,
            due,
            verbs,
        )
        from plait.web.tasks import chores  # noqa: F401 - so do these
