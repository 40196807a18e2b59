from django.apps import AppConfig


class Config(AppConfig):
    name = "plait.exchange"
    label = "exchange"

    def ready(self) -> None:
        from plait.exchange import due, links, outside, verbs  # noqa: F401 - they register themselves
