"""What is recorded of the work on partners."""

from django.utils.translation import gettext_lazy as _

from apps.audit.registry import name_facts, register

ADD = register("partners.add", _("Partner added"), "code")
CHANGE = register("partners.change", _("Partner changed"), "code", "fields")
SWITCH_OFF = register("partners.switch-off", _("Partner switched off"), "code")
SWITCH_ON = register("partners.switch-on", _("Partner switched on"), "code")

name_facts(code=_("code"))
