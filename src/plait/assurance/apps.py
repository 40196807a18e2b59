from django.apps import AppConfig


class Config(AppConfig):
    name = "plait.assurance"
    label = "assurance"

    def ready(self) -> None:
        from plait.assurance import due, verbs  # noqa: F401 - they register themselves
