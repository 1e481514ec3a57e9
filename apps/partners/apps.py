"""The institutions that people collect points at; third parties that data goes to, and the record of processing."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    name = "apps.partners"
    verbose_name = _("Partners")

    def ready(self) -> None:
        post_migrate.connect(self._ensure_rows, sender=self)

    def _ensure_rows(self, **kwargs: Any) -> None:
        from apps.partners.services.ensure_register import ensure_register  # noqa: PLC0415
        from apps.partners.services.keep_partners import ensure_operator  # noqa: PLC0415

        ensure_operator()
        ensure_register()
