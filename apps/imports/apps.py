"""Partners' files, from upload to merged rows."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportsConfig(AppConfig):
    name = "apps.imports"
    verbose_name = _("Imports")

    def ready(self) -> None:
        from apps.core import erasers  # noqa: PLC0415
        from apps.imports.erasure import ImportEraser  # noqa: PLC0415

        erasers.registry.register(self.label, ImportEraser())
