"""The lists of partners' files and of conflicts as files. The columns inside partners' files are `engine.resources`."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.exporting import Column, ListResource
from apps.imports import comparing
from apps.imports.choices import Kind, Status, Verdict
from apps.imports.engine.refusals import reason_message


def _figure(name: str, title: str | Promise) -> Column:
    return Column(title, show=lambda batch: batch.figure(name) if batch.figures else None)


class BatchesResource(ListResource):
    """Files with their figures."""

    file_name = "files"

    reference = Column(_("file"), "reference")
    partner = Column(_("partner"), "partner")
    kind = Column(_("kind"), "kind", codes=Kind)
    status = Column(_("status"), "status", codes=Status)
    rows_total = Column(_("rows"), "rows_total")

    def __init__(self, **kwargs: Any) -> None:
        """With a column for each verdict."""
        super().__init__(**kwargs)
        self.fields |= {verdict.value: _figure(verdict.value, verdict.label) for verdict in Verdict}
        self.fields["warnings"] = _figure("warnings", _("warnings"))
        self.fields["created_at"] = Column(_("uploaded"), "created_at")
        self.fields["created_by"] = Column(_("by"), "created_by")
        self.fields["finished_at"] = Column(_("finished"), "finished_at")


class ConflictsResource(ListResource):
    """Rows that wait for an officer. Their values are shown on a page of their own, one row at a time."""

    file_name = "conflicts"
    about_people = True

    reference = Column(_("row"), "reference")
    partner = Column(_("partner"), "batch__partner")
    reason = Column(_("reason"), show=lambda row: reason_message(row.reason))
    names = Column(_("identifiers"), show=lambda row: ", ".join(comparing.named_masked(row)))
    uploaded = Column(_("uploaded"), "batch__created_at")
    kept_until = Column(_("kept until"), show=comparing.kept_until)
