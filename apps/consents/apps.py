"""What people permitted, refused and took back."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsentsConfig(AppConfig):
    name = "apps.consents"
    verbose_name = _("Consents")

    def ready(self) -> None:
        from apps.consents.erasure import ConsentEraser  # noqa: PLC0415
        from apps.consents.panel import matrix_context, panel_context  # noqa: PLC0415
        from apps.consents.services import heard, journaled  # noqa: PLC0415
        from apps.consents.services.follow import follow  # noqa: PLC0415
        from apps.core import erasers, journal  # noqa: PLC0415
        from apps.subjects import followers, panels, refusals  # noqa: PLC0415

        erasers.registry.register(self.label, ConsentEraser())
        followers.register_follower(follow)
        journal.register_handler(journaled.JOURNAL_KIND, journaled.apply_entries)
        refusals.register_listener(self.label, heard.opted_out)
        refusals.register_wish_listener(self.label, heard.wanted_again)
        panels.register_panel(
            panels.Panel(self.verbose_name, "consents/summary.html", "consents.view_consentevent", matrix_context, 15)
        )
        panels.register_panel(
            panels.Panel(_("Exact geolocation"), "consents/panel.html", "consents.view_consentevent", panel_context, 20)
        )
