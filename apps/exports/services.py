"""Recording exports: that one starts, before the first row leaves; and how it ended."""

from collections.abc import Sequence

from django.db import transaction

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.core import clock
from apps.core.exporting import ListResource
from apps.exports import actions
from apps.exports.choices import ExportReason, FileFormat, Status
from apps.exports.models import Export

MAY_REVEAL = "subjects.reveal_subject"


def permission_for(resource: ListResource) -> str:
    """What an export of this list needs, beside leave to see the list."""
    return "exports.export_people" if resource.personal or resource.about_people else "exports.export_list"


@transaction.atomic
def start(
    *, actor: User, resource: ListResource, exported: str, file_format: str, filters: Sequence[str], reason: str = "",
    note: str = "",
) -> Export:  # fmt: skip
    """Record that a list (`app.model`) leaves as a file; with a reason its personal values leave unmasked.

    `filters` are codes, `note` is kept encrypted. Raises PermissionDenied, and ValueError for what is in no list.
    """
    require(actor, permission_for(resource))
    whole = bool(reason) and resource.personal
    if whole:
        require(actor, MAY_REVEAL)
    export = Export.objects.create(
        actor=actor,
        exported=exported,
        filters=list(filters),
        file_format=FileFormat(file_format),
        whole=whole,
        reason=ExportReason(reason) if whole else "",
        note=note or None if whole else None,
    )
    facts = {"exported": exported, "file_format": export.file_format, "whole": whole}
    there = {name: value for name, value in (("filters", export.filters), ("reason", export.reason)) if value}
    record(actor, actions.STARTED, export, **facts, **there)
    return export


@transaction.atomic
def end(*, actor: User, export: Export, rows: int, complete: bool) -> None:
    """Record how an export ended: the last of it was fetched, or the connection ended after `rows` were sent.

    Whoever comes second changes nothing.
    """
    row = Export.objects.select_for_update().get(pk=export.pk)
    if row.status != Status.STARTED:
        return
    row.status = Status.COMPLETE if complete else Status.BROKEN_OFF
    row.rows, row.finished_at = rows, clock.now()
    row.save(update_fields=["status", "rows", "finished_at"])
    record(actor, actions.COMPLETE if complete else actions.BROKEN_OFF, row, exported=row.exported, rows=rows)
