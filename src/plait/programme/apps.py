from django.apps import AppConfig


class Config(AppConfig):
    name = "plait.programme"
    label = "programme"

    def ready(self) -> None:
        from plait.programme import due, links, outside, verbs  # noqa: F401 - they register themselves
