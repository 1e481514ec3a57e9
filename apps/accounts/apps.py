"""The staff: users and what each role may do."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "apps.accounts"
    verbose_name = _("Staff")

    def ready(self) -> None:
        post_migrate.connect(self._sync_roles)

    def _sync_roles(self, sender: AppConfig, **kwargs: Any) -> None:
        """Once, after the last app: a role's permissions must exist before it can be given them."""
        from django.apps import apps as installed  # noqa: PLC0415

        from apps.accounts.roles import sync_roles  # noqa: PLC0415

        if sender is [config for config in installed.get_app_configs() if config.models_module][-1]:
            sync_roles()
