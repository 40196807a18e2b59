from django.apps import AppConfig
from django.db.models.signals import post_migrate


class KernelConfig(AppConfig):
    name = "plait.kernel"
    label = "kernel"

    def ready(self) -> None:
        from plait.kernel import disposal, keeping, sessions, tries  # noqa: F401 - their chores register themselves
        from plait.kernel.access.sync import after_migrate
        from plait.kernel.log import sequence  # noqa: F401 - the same

        post_migrate.connect(after_migrate, sender=self)
