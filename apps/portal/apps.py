"""The desk's own pages: sidebar, start page, demo."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "apps.portal"
    verbose_name = _("Desk")

    def ready(self) -> None:
        """Make what the demo records readable in the audit of a process that did not load it."""
        import_module("apps.portal.actions")
