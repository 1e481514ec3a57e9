"""What cases hold about a person. The case stays as a number with its dates; nothing that was written about it does."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from django.db import models, transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from apps.cases.models import Attachment, Case, Message, Note, Verification
from apps.core import files
from apps.core.erasers import Eraser, Holding

CONTENTS: tuple[type[models.Model], ...] = (Note, Message, Attachment, Verification)


class CaseEraser(Eraser):
    """Notes, messages, files and attempts to verify go; the case no longer says whom it is about."""

    models = (*CONTENTS, Case)

    def find(self, subject_id: int) -> Iterator[Holding]:
        """What is written in the person's cases, and the cases that name them."""
        for model in CONTENTS:
            held = model._default_manager.filter(case__subject_id=subject_id)
            yield Holding(model._meta.label, held.count())
        yield Holding(Case._meta.label, Case.objects.filter(subject_id=subject_id).count())

    def export(self, subject_id: int) -> Iterator[dict[str, Any]]:
        """Cases, and what the person wrote and was told. What staff noted among themselves is shown too: it is about
        the person, and an officer looks through the package before it is handed over.
        """
        for case in Case.objects.filter(subject_id=subject_id).order_by("received_at").iterator():
            values = {_("reference"): case.reference, _("status"): case.status_title}
            yield {"title": case.title, "values": values | {_("received"): _when(case.received_at)}}
            for message in case.messages.order_by("happened_at"):
                said = {_("time"): _when(message.happened_at), _("subject"): message.heading or ""}
                yield {"title": message.get_direction_display(), "values": said | {_("text"): message.text}}
            for note in case.notes.order_by("written_at"):
                yield {"title": _("note"), "values": {_("time"): _when(note.written_at), _("text"): note.text}}
            for file in case.attachments.order_by("added_at"):
                yield {"title": _("attached file"), "values": {_("name"): file.name, _("time"): _when(file.added_at)}}
            for attempt in case.verifications.order_by("asked_at"):
                values = {_("how"): attempt.get_method_display(), _("papers"): attempt.get_papers_display()}
                yield {"title": _("verification"), "values": values | {_("time"): _when(attempt.asked_at)}}

    def erase(self, subject_id: int) -> None:
        """Delete it; bytes on disk go once the change is sure."""
        held = Attachment.objects.filter(case__subject_id=subject_id)
        for name in held.values_list("file", flat=True):
            transaction.on_commit(partial(files.delete, name))
        for model in CONTENTS:
            model._default_manager.filter(case__subject_id=subject_id).delete()
        Case.objects.filter(subject_id=subject_id).update(subject=None)


def _when(moment: datetime) -> str:
    return str(date_format(localtime(moment), "SHORT_DATETIME_FORMAT"))
