"""What the operator's policy speaks of: data categories and purposes."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PoliciesConfig(AppConfig):
    name = "apps.policies"
    verbose_name = _("Policies")

    def ready(self) -> None:
        from apps.policies import actions, checks  # noqa: F401, PLC0415  registers both

        post_migrate.connect(self._sync_registry, sender=self)

    def _sync_registry(self, **kwargs: Any) -> None:
        from apps.policies.services.seed_deadlines import seed_deadlines  # noqa: PLC0415
        from apps.policies.services.sync_registry import sync_registry  # noqa: PLC0415

        sync_registry()
        seed_deadlines()
