from django.apps import AppConfig


class Config(AppConfig):
    name = "plait.picture"
    label = "picture"

    def ready(self) -> None:
        from plait.picture import due, links, outside, questions, verbs  # noqa: F401 - they register themselves
