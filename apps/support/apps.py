"""Requests of people: what do you have about me, correct it, stop using it, give it to me, erase me."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupportConfig(AppConfig):
    name = "apps.support"
    verbose_name = _("Requests")

    def ready(self) -> None:
        from apps.cases import keeping  # noqa: PLC0415
        from apps.cases.kinds import kinds  # noqa: PLC0415
        from apps.core import erasers  # noqa: PLC0415
        from apps.subjects import panels  # noqa: PLC0415
        from apps.support.emptying import KEEPERS, strip  # noqa: PLC0415
        from apps.support.erasure import SupportEraser  # noqa: PLC0415
        from apps.support.panel import blocked_context  # noqa: PLC0415
        from apps.support.workflow import SUPPORT  # noqa: PLC0415

        kinds.register(SUPPORT)
        erasers.registry.register(self.label, SupportEraser())
        keeping.register_stripper(self.label, strip)
        for keeper in KEEPERS:
            keeping.register_keeper(keeper)
        panels.register_panel(
            panels.Panel(_("Why blocked"), "support/blocked.html", "cases.view_case", blocked_context, position=5)
        )
        panels.register_offer(
            panels.Offer(
                _("Take in a request"),
                "admin:support_supportrequest_add",
                "support.add_supportrequest",
                "support_agent",
            )
        )
