from django.apps import AppConfig


class Config(AppConfig):
    name = "plait.partners"
    label = "partners"

    def ready(self) -> None:
        from plait.partners import due, links, outside, questions, verbs  # noqa: F401 - they register themselves
