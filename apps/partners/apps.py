"""The institutions that people collect points at."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    name = "apps.partners"
    verbose_name = _("Partners")

    def ready(self) -> None:
        post_migrate.connect(self._ensure_operator, sender=self)

    def _ensure_operator(self, **kwargs: Any) -> None:
        from apps.partners.services import ensure_operator  # noqa: PLC0415

        ensure_operator()
