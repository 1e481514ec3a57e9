"""Lists that leave the desk as files."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExportsConfig(AppConfig):
    name = "apps.exports"
    verbose_name = _("Exports")

    def ready(self) -> None:
        from apps.core import exporting  # noqa: PLC0415
        from apps.exports import views  # noqa: PLC0415

        exporting.register(views)
