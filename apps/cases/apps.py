"""Cases: the shared core of every kind of request, with one clock and one inbox."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "apps.cases"
    verbose_name = _("Cases")

    def ready(self) -> None:
        from apps.cases.erasure import CaseEraser  # noqa: PLC0415
        from apps.cases.panel import panel_context, timeline_condition  # noqa: PLC0415
        from apps.cases.services.follow import follow  # noqa: PLC0415
        from apps.cases.tasks import recount  # noqa: PLC0415
        from apps.core import erasers  # noqa: PLC0415
        from apps.policies import following  # noqa: PLC0415
        from apps.subjects import followers, panels  # noqa: PLC0415

        post_migrate.connect(self._seed_templates, sender=self)
        erasers.registry.register(self.label, CaseEraser())
        followers.register_follower(follow)
        following.register_follower(recount.defer)
        panels.register_panel(panels.Panel(self.verbose_name, "cases/panel.html", "cases.view_case", panel_context, 5))
        panels.register_timeline_source(timeline_condition)

    def _seed_templates(self, **kwargs: Any) -> None:
        from apps.cases.services.set_template import seed_templates  # noqa: PLC0415

        seed_templates()
