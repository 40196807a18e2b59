from django.apps import AppConfig


class Config(AppConfig):
    name = "plait.questions"
    label = "questions"

    def ready(self) -> None:
        from plait.questions import verbs  # noqa: F401 - they register themselves
