"""What the audit may record of exports: which list, how narrowed, why, how many rows; never a value."""

from django.utils.translation import gettext_lazy as _

from apps.audit.registry import name_facts, register
from apps.exports.choices import ExportReason, FileFormat
from apps.exports.titles import list_title

# `filters` are codes of the list's filters, `whole` whether personal values went out unmasked.
STARTED = register(
    "exports.start", _("List exported"), "filters", "whole", exported=list_title, file_format=FileFormat,
    reason=ExportReason,
)  # fmt: skip
COMPLETE = register("exports.complete", _("Export complete"), "rows", exported=list_title)
# `rows` may have gone out, at most: what was on its way when the connection ended did not arrive.
BROKEN_OFF = register("exports.break-off", _("Export broken off"), "rows", exported=list_title)

name_facts(
    exported=_("list"), file_format=_("format"), filters=_("filters"), whole=_("whole values"), reason=_("reason"),
    rows=_("rows"),
)  # fmt: skip
