"""What the desk itself records."""

from django.utils.translation import gettext_lazy as _

from apps.audit.registry import name_facts, register

SAMPLE_LOADED = register("portal.sample", _("Sample data loaded"), "chapter")

name_facts(chapter=_("chapter"))
