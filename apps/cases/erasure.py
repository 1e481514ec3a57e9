"""What cases hold about a person. The case stays as a number with its dates; nothing that was written about it does."""

from collections.abc import Iterator
from functools import partial

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.cases.models import Attachment, Case, Message, Note, Verification
from apps.core import files
from apps.core.erasers import Eraser, HeldFile, Holding, Item, Value

CONTENTS: tuple[type[models.Model], ...] = (Note, Message, Attachment, Verification)
ROWS_AT_ONCE = 500


class CaseEraser(Eraser):
    """Notes, messages, files and attempts to verify go; the case no longer says whom it is about."""

    models = (*CONTENTS, Case)

    def find(self, subject_id: int) -> Iterator[Holding]:
        """What is written in the person's cases, and the cases that name them."""
        for model in CONTENTS:
            held = model._default_manager.filter(case__subject_id=subject_id)
            yield Holding(model._meta.label, held.count())
        yield Holding(Case._meta.label, Case.objects.filter(subject_id=subject_id).count())

    def export(self, subject_id: int) -> Iterator[Item]:
        """Cases, and what the person wrote and was told. What staff noted among themselves is shown too: it is about
        the person, and an officer looks through the package before it is handed over.
        """
        for case in Case.objects.filter(subject_id=subject_id).order_by("received_at", "pk").iterator():
            yield _case(case)
        theirs = {"case__subject_id": subject_id}
        messages = Message.objects.filter(**theirs).select_related("case").order_by("happened_at", "pk")
        for message in messages.iterator(chunk_size=ROWS_AT_ONCE):
            yield _message(message)
        notes = Note.objects.filter(**theirs).select_related("case").order_by("written_at", "pk")
        for note in notes.iterator(chunk_size=ROWS_AT_ONCE):
            words = Value("text", _("text"), note.text, free=True)
            written = Value.moment("at", _("time"), note.written_at)
            yield Item.of(Note, "support", pgettext("of a case", "note"), _of(note.case), written, words)
        attached = Attachment.objects.filter(**theirs).select_related("case").order_by("added_at", "pk")
        yield from map(_attachment, attached.iterator())
        attempts = Verification.objects.filter(**theirs).select_related("case").order_by("asked_at", "pk")
        yield from map(_verification, attempts.iterator())

    def erase(self, subject_id: int) -> None:
        """Delete it; bytes on disk go once the change is sure."""
        held = Attachment.objects.filter(case__subject_id=subject_id)
        for name in held.values_list("file", flat=True):
            transaction.on_commit(partial(files.delete, name))
        for model in CONTENTS:
            model._default_manager.filter(case__subject_id=subject_id).delete()
        Case.objects.filter(subject_id=subject_id).update(subject=None)


def _of(case: Case) -> Value:
    return Value("reference", _("reference"), case.reference)


def _case(case: Case) -> Item:
    return Item.of(
        Case, "support", case.title,
        _of(case),
        Value("status", _("status"), case.status_title, case.status),
        Value("came_by", _("came by"), case.get_came_by_display(), case.came_by),
        Value.moment("received", _("received"), case.received_at),
        Value.moment("closed", _("closed"), case.closed_at),
    )  # fmt: skip


def _attachment(file: Attachment) -> Item:
    return Item.of(
        Attachment, "support", _("attached file"),
        _of(file.case),
        Value("name", pgettext("of a thing", "name"), file.name, free=True),
        Value.moment("at", _("time"), file.added_at),
        Value("bytes", _("bytes"), str(file.size), file.size),
        file=HeldFile(file.file, file.pk, file.case.reference, file.file_type),
    )  # fmt: skip


def _verification(attempt: Verification) -> Item:
    return Item.of(
        Verification, "support", _("verification"),
        _of(attempt.case),
        Value("how", _("how"), attempt.get_method_display(), attempt.method),
        Value("papers", _("papers"), attempt.get_papers_display(), attempt.papers),
        Value.moment("at", _("time"), attempt.asked_at),
        Value.moment("verified", _("verified"), attempt.done_at),
    )  # fmt: skip


def _message(message: Message) -> Item:
    """Also what the person wrote is looked at before it goes out: people write about others."""
    return Item.of(
        Message, "support", message.get_direction_display(),
        _of(message.case),
        Value("direction", _("direction"), message.get_direction_display(), message.direction),
        Value("came_by", _("came by"), message.get_came_by_display(), message.came_by),
        Value.moment("at", _("time"), message.happened_at),
        Value.told("subject", _("subject"), message.heading, free=True),
        Value("text", _("text"), message.text, free=True),
    )  # fmt: skip
