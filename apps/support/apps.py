"""Requests of people: what do you have about me, correct it, stop using it, give it to me, erase me."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupportConfig(AppConfig):
    name = "apps.support"
    verbose_name = _("Requests")

    def ready(self) -> None:
        from apps.cases.kinds import kinds  # noqa: PLC0415
        from apps.core import erasers  # noqa: PLC0415
        from apps.subjects import panels  # noqa: PLC0415
        from apps.support.erasure import SupportEraser  # noqa: PLC0415
        from apps.support.workflow import SUPPORT  # noqa: PLC0415

        kinds.register(SUPPORT)
        erasers.registry.register(self.label, SupportEraser())
        panels.register_offer(
            panels.Offer(
                _("Take in a request"),
                "admin:support_supportrequest_add",
                "support.add_supportrequest",
                "support_agent",
            )
        )
