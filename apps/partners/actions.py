"""What is recorded of the work on partners, recipients and the record of processing."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.audit.registry import name_facts, register
from apps.partners.choices import CountedFrom, Unit
from apps.policies.choices import LawStatus
from apps.policies.registry import category_title, purpose_title

ADD = register("partners.add", _("Partner added"), "code")
CHANGE = register("partners.change", _("Partner changed"), "code", "fields")
SWITCH_OFF = register("partners.switch-off", _("Partner switched off"), "code")
SWITCH_ON = register("partners.switch-on", _("Partner switched on"), "code")

ADD_RECIPIENT = register("partners.add-recipient", _("Recipient added"), "code", categories=category_title)
CHANGE_RECIPIENT = register(
    "partners.change-recipient", _("Recipient changed"), "code", "fields", categories=category_title
)
RETIRE_RECIPIENT = register("partners.retire-recipient", _("Recipient retired"), "code")
RESTORE_RECIPIENT = register("partners.restore-recipient", _("Recipient in use again"), "code")

# What a use ties together.
_TIED = {"category": category_title, "purpose": purpose_title}
ADD_USE = register("partners.add-use", _("Use of data added"), "recipient", **_TIED)
CHANGE_USE = register("partners.change-use", _("Use of data changed"), "recipient", "fields", **_TIED)
END_USE = register("partners.end-use", _("Use of data ended"), "recipient", **_TIED)
RESTORE_USE = register("partners.restore-use", _("Use of data goes on again"), "recipient", **_TIED)
SET_RETENTION = register(
    "partners.set-retention", _("Retention period set"), "recipient", "endless", "amount",
    unit=Unit, counted_from=CountedFrom, status=LawStatus, **_TIED,
)  # fmt: skip

name_facts(
    code=_("code"), categories=_("may receive"), recipient=_("recipient"), endless=_("without an end"),
    amount=_("how long"), unit=_("unit"), counted_from=pgettext_lazy("period", "counted"), status=_("stands on"),
)  # fmt: skip
