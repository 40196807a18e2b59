from django.apps import AppConfig
from django.core.checks import Error, register


class Config(AppConfig):
    name = "plait.web"
    label = "web"

    def ready(self) -> None:
        register(addresses_say_what_they_need)


def addresses_say_what_they_need(app_configs: object, **kwargs: object) -> list[Error]:
    """A route without `needs=` fails at start."""
    from plait.frame.routes import undeclared

    return [Error(f"The address {where} does not say what it needs: make it with route().", id="plait.E001") for where in undeclared()]
