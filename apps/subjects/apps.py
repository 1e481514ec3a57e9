"""The people whose data the operator holds."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SubjectsConfig(AppConfig):
    name = "apps.subjects"
    verbose_name = _("People")

    def ready(self) -> None:
        from apps.core import erasers, journal  # noqa: PLC0415
        from apps.partners.measures import register_measure  # noqa: PLC0415
        from apps.subjects.erasure import SubjectEraser  # noqa: PLC0415
        from apps.subjects.measures import OUTSIDE_CATEGORIES  # noqa: PLC0415
        from apps.subjects.services.replay import KINDS, replay  # noqa: PLC0415

        erasers.registry.register(self.label, SubjectEraser())
        register_measure(OUTSIDE_CATEGORIES)
        for kind in KINDS:
            journal.register_handler(kind, replay)
