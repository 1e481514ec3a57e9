"""Who may not be contacted, by which channel, for what."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OptoutsConfig(AppConfig):
    name = "apps.optouts"
    verbose_name = _("Opt-outs")

    def ready(self) -> None:
        from apps.core import erasers  # noqa: PLC0415
        from apps.optouts.erasure import OptOutEraser  # noqa: PLC0415

        erasers.registry.register(self.label, OptOutEraser())
