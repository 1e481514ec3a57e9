"""Who may not be contacted, by which channel, for what."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OptoutsConfig(AppConfig):
    name = "apps.optouts"
    verbose_name = _("Opt-outs")

    def ready(self) -> None:
        from apps.core import erasers, journal  # noqa: PLC0415
        from apps.optouts.erasure import OptOutEraser  # noqa: PLC0415
        from apps.optouts.panel import panel_context, timeline_condition  # noqa: PLC0415
        from apps.optouts.services import apply, facts, heard, resubscribe  # noqa: PLC0415
        from apps.subjects import panels, refusals  # noqa: PLC0415

        erasers.registry.register(self.label, OptOutEraser())
        journal.register_handler(facts.JOURNAL_KIND, apply.apply_entries)
        journal.register_handler(resubscribe.JOURNAL_KIND, resubscribe.apply_entries)
        refusals.register_listener(self.label, heard.refused_elsewhere)
        panels.register_panel(
            panels.Panel(self.verbose_name, "optouts/panel.html", "optouts.view_optoutevent", panel_context, 10)
        )
        panels.register_timeline_source(timeline_condition)
        panels.register_offer(
            panels.Offer(_("Take an opt-out"), "admin:optouts_take", "optouts.take_optout", "front_hand")
        )
