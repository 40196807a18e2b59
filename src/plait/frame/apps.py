"""The frame as a Django app. At start it makes sure that no address was left undeclared."""

from django.apps import AppConfig
from django.core import checks


class FrameConfig(AppConfig):
    name = "plait.frame"
    label = "frame"

    def ready(self) -> None:
        checks.register(every_address_says_what_it_needs, checks.Tags.urls)


def every_address_says_what_it_needs(*_given: object, **_named: object) -> list[checks.CheckMessage]:
    """An address that was not made by route() is an error, so that the start fails."""
    from django.conf import settings

    from plait.frame.routes import undeclared

    if not getattr(settings, "ROOT_URLCONF", None):
        return []
    return [
        checks.Error(
            f"The address {path!r} does not say what it needs.",
            hint="Make it with plait.frame.routes.route(..., needs=...).",
            id="frame.E001",
        )
        for path in undeclared()
    ]
