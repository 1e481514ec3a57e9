"""What people permitted, refused and took back."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsentsConfig(AppConfig):
    name = "apps.consents"
    verbose_name = _("Consents")

    def ready(self) -> None:
        from apps.consents.erasure import ConsentEraser  # noqa: PLC0415
        from apps.consents.panel import panel_context  # noqa: PLC0415
        from apps.consents.services.follow import follow  # noqa: PLC0415
        from apps.core import erasers  # noqa: PLC0415
        from apps.subjects import followers, panels  # noqa: PLC0415

        erasers.registry.register(self.label, ConsentEraser())
        followers.register_follower(follow)
        panels.register_panel(
            panels.Panel(_("Exact geolocation"), "consents/panel.html", "consents.view_consentevent", panel_context, 20)
        )
