"""The list of exports as a file."""

from django.utils.translation import gettext_lazy as _

from apps.core.exporting import Column, ListResource
from apps.exports.choices import ExportReason, FileFormat, Status
from apps.exports.models import Export
from apps.exports.titles import list_title


def _filters(export: Export) -> str:
    return ", ".join(export.filters)


def _exported(export: Export) -> str:
    return list_title(export.exported)


class ExportsResource(ListResource):
    """Who took which list."""

    file_name = "exports"

    reference = Column(_("export"), "reference")
    created_at = Column(_("started"), "created_at")
    actor = Column(_("who"), "actor")
    exported = Column(_("list"), show=_exported)
    filters = Column(_("filters"), show=_filters)
    file_format = Column(_("format"), "file_format", codes=FileFormat)
    whole = Column(_("whole values"), "whole")
    reason = Column(_("reason"), "reason", codes=ExportReason)
    status = Column(_("how it ended"), "status", codes=Status)
    rows = Column(_("rows"), "rows")
    finished_at = Column(_("finished"), "finished_at")
