"""Campaigns: lists scrubbed before they are written to, and what came of them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    name = "apps.campaigns"
    verbose_name = _("Campaigns")

    def ready(self) -> None:
        from apps.campaigns.erasure import CampaignEraser  # noqa: PLC0415
        from apps.core import erasers  # noqa: PLC0415

        erasers.registry.register(self.label, CampaignEraser())
