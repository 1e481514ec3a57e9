"""Undoing a merged batch, chunk by chunk from the last: what was there before comes back, and what can't is counted."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models import Model
from django.utils.translation import gettext as _
from psycopg import sql

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.consents.services.undo_file import CONSENT_TABLES, correct_file, forget_people, said_elsewhere
from apps.core import clock, files
from apps.core.errors import NotPossible
from apps.imports import actions
from apps.imports.choices import HALTED_STATUSES, UNDONE_FIGURES, Kind, Phase, Status, Verdict
from apps.imports.models import Batch, BeforeImage, MergedChunk, TouchedPerson
from apps.imports.services.deciding import locked
from apps.imports.services.progressing import PROGRESS_FIELDS, begin, mark
from apps.subjects.models import Identifier, PersonalRecord, Reveal, Subject
from apps.subjects.services.bulk_locks import lock_people

UNDO_DAYS = 30  # policy: so long what a file replaced is kept
UNDOABLE = (Status.DONE, *HALTED_STATUSES)

# Whom the chunk brought in. Somebody of whom more is known by now stays, with their identifiers.
_MADE = """
    CREATE TEMP TABLE undone_people ON COMMIT DROP AS
    SELECT u.id, NOT (u.restricted_at IS NOT NULL OR {known_elsewhere}
        OR EXISTS (SELECT FROM subjects_identifier i WHERE i.subject_id = u.id AND i.created_at <> %(at)s)
        OR EXISTS (SELECT FROM subjects_personalrecord k WHERE k.subject_id = u.id
                   AND (k.recorded_at <> %(at)s OR k.partner_id <> %(partner)s))) AS goes,
        true AS made, u.restricted_at IS NOT NULL AS blocked, '' AS language
    FROM (SELECT id, restricted_at FROM subjects_subject WHERE created_at = %(at)s AND merged_into_id IS NULL
          ORDER BY id FOR UPDATE) AS u
"""
# Whom it changed. Blocked people's data is left as it is.
_TOUCHED = """
    INSERT INTO undone_people SELECT u.id, false, false, u.restricted_at IS NOT NULL, t.language
    FROM (SELECT s.id, s.restricted_at FROM subjects_subject s WHERE s.merged_into_id IS NULL AND s.id IN (
          SELECT subject_id FROM imports_touchedperson WHERE chunk_id = %(chunk)s) ORDER BY s.id FOR UPDATE) AS u
    JOIN imports_touchedperson t ON t.chunk_id = %(chunk)s AND t.subject_id = u.id
"""
_MERGED = """
    SELECT count(*) FROM imports_touchedperson t JOIN subjects_subject u ON u.id = t.subject_id
    WHERE t.chunk_id = %(chunk)s AND u.merged_into_id IS NOT NULL
"""
_RESTORE = """
    UPDATE subjects_personalrecord k
    SET payload = b.payload, payload_digest = b.payload_digest, source = b.source, observed_at = b.observed_at,
        reported_at = b.reported_at, recorded_at = b.recorded_at
    FROM imports_beforeimage b, undone_people p
    WHERE b.chunk_id = %(chunk)s AND k.id = b.record_id AND k.recorded_at = %(at)s AND k.superseded_at IS NULL
      AND p.id = k.subject_id AND NOT p.blocked
"""
_CHANGED_SINCE = """
    SELECT count(*) FROM imports_beforeimage b JOIN subjects_personalrecord k ON k.id = b.record_id
    WHERE b.chunk_id = %(chunk)s AND (k.recorded_at > %(at)s OR k.superseded_at IS NOT NULL)
"""
# What the chunk put in the place of nothing.
_DELETE_RECORDS = """
    DELETE FROM subjects_personalrecord k USING undone_people p
    WHERE k.subject_id = p.id AND k.partner_id = %(partner)s AND k.recorded_at = %(at)s AND NOT p.blocked
"""
_DELETE_IDENTIFIERS = """
    DELETE FROM subjects_identifier i USING undone_people p
    WHERE i.subject_id = p.id AND i.created_at = %(at)s AND NOT p.blocked AND (p.goes OR NOT p.made)
"""
_DELETE_REVEALS = "DELETE FROM subjects_reveal r USING undone_people p WHERE r.subject_id = p.id AND p.goes"
_DELETE_PEOPLE = "DELETE FROM subjects_subject u USING undone_people p WHERE u.id = p.id AND p.goes"
_FORGET_LANGUAGES = """
    UPDATE subjects_subject u SET language = '' FROM undone_people p
    WHERE u.id = p.id AND NOT p.blocked AND p.language <> '' AND u.language = p.language
"""
_STAYING = "SELECT count(*) FILTER (WHERE made AND NOT goes), count(*) FILTER (WHERE blocked) FROM undone_people"


def undoable(batch: Batch) -> bool:
    """Whether the batch can be undone now. Opt-outs never: no file and no member of staff brings anybody back."""
    refusals = batch.kind in {Kind.OPTOUTS, Kind.INBOUND_SMS}
    if refusals or batch.status not in UNDOABLE or batch.undone or not batch.chunks.exists():
        return False  # one whose undoing was stopped goes on
    return (batch.finished_at or batch.created_at) > clock.now() - timedelta(days=UNDO_DAYS)


@transaction.atomic
def undo(*, actor: User, batch_id: int) -> Batch:
    """Begin to undo a batch; the caller queues the work. Raises NotPossible, PermissionDenied."""
    require(actor, "imports.undo_batch")
    batch = locked(batch_id, *UNDOABLE)
    if not undoable(batch):
        raise NotPossible(_("%(batch)s can't be undone any more.") % {"batch": batch.reference})
    # Not empty from here on: that is how it is known that what may be stopped, or fail, is undoing.
    batch.status, batch.undone, batch.confirmed_by = Status.UNDOING, dict.fromkeys(UNDONE_FIGURES, 0), actor
    batch.rows_done, batch.rows_total = 0, sum(c.last - c.first + 1 for c in batch.chunks.all())
    begin(batch, Phase.WAITING)
    batch.save(update_fields=["status", "undone", "confirmed_by", "rows_done", "rows_total", *PROGRESS_FIELDS])
    record(actor, actions.UNDO, batch)
    return batch


def undo_batch(*, batch_id: int) -> Batch:
    """Bring a batch from `undoing` to `undone`, a transaction a chunk. One that a dead worker left goes on."""
    _take_up(batch_id)
    while (batch := _undo_next(batch_id)).status == Status.UNDOING:
        pass
    return batch


def _locked(batch_id: int) -> Batch:
    return Batch.objects.select_related("partner").select_for_update(of=("self",)).get(pk=batch_id)


@transaction.atomic
def _take_up(batch_id: int) -> None:
    batch = _locked(batch_id)
    if batch.status == Status.UNDOING:
        begin(batch, Phase.UNDOING)
        batch.save(update_fields=PROGRESS_FIELDS)


@transaction.atomic
def _undo_next(batch_id: int) -> Batch:
    batch = _locked(batch_id)
    if batch.status != Status.UNDOING:
        return batch
    chunk = batch.chunks.order_by("-at").first()
    if chunk is None:
        return _finish(batch)
    lock_people()
    figures = _undo_chunk(batch, chunk)
    record(batch.confirmed_by, actions.CHUNK_UNDONE, batch, first=chunk.first, last=chunk.last, **figures)
    batch.undone = {name: batch.undone.get(name, 0) + figures[name] for name in UNDONE_FIGURES}
    batch.rows_done += chunk.last - chunk.first + 1
    mark(batch)
    batch.save(update_fields=["undone", "rows_done", *PROGRESS_FIELDS])
    chunk.delete()
    return batch


def _undo_chunk(batch: Batch, chunk: MergedChunk) -> Counter[str]:
    params: dict[str, Any] = {"chunk": chunk.pk, "at": chunk.at, "partner": batch.partner_id}
    figures: Counter[str] = Counter()
    with connection.cursor() as cursor:

        def run(statement: str | sql.Composed) -> int:
            cursor.execute(statement, params)
            return int(cursor.rowcount)

        run("DROP TABLE IF EXISTS pg_temp.undone_people")
        run(sql.SQL(_MADE).format(known_elsewhere=_known_elsewhere(batch.pk)))
        run(_TOUCHED)
        figures["restored"] = run(_RESTORE)
        run(_CHANGED_SINCE)
        figures["records_stay"] = cursor.fetchone()[0]
        figures["consents_corrected"] = _take_back(batch, chunk)
        figures["records_gone"] = run(_DELETE_RECORDS)
        figures["identifiers_gone"] = run(_DELETE_IDENTIFIERS)
        run(_FORGET_LANGUAGES)
        run(_DELETE_REVEALS)
        figures["people_gone"] = run(_DELETE_PEOPLE)
        run(_STAYING)
        figures["people_stay"], figures["blocked"] = cursor.fetchone()
        run(_MERGED)
        figures["merged"] = cursor.fetchone()[0]
    figures["erased"] = chunk.touched - chunk.people.count()
    return figures


def _take_back(batch: Batch, chunk: MergedChunk) -> int:
    """What the chunk told of consents: gone with those who go, marked as recorded wrongly of all others."""
    forget_people(sql.SQL("SELECT id AS subject_id FROM undone_people WHERE goes"))
    return correct_file(actor=batch.confirmed_by, batch=batch.pk, first=chunk.first, last=chunk.last)


def _known_elsewhere(batch: int) -> sql.Composable:
    """Whether any other table refers to the person: whatever it is, they are no longer only what the file said."""
    own = {Identifier, PersonalRecord, TouchedPerson, Reveal, *CONSENT_TABLES}
    conditions = [
        said_elsewhere("u.id", batch),
        *(
            sql.SQL("EXISTS (SELECT FROM {} x WHERE x.{} = u.id)").format(sql.Identifier(table), sql.Identifier(column))
            for table, column in _references(own)
        ),
    ]
    return sql.SQL("({})").format(sql.SQL(" OR ").join(conditions))


def _references(without: set[type[Model]]) -> Iterator[tuple[str, str]]:
    relations: Any = Subject._meta.get_fields(include_hidden=True)
    for relation in relations:
        if relation.auto_created and not relation.concrete and relation.related_model not in without:
            yield relation.related_model._meta.db_table, relation.field.column


def _finish(batch: Batch) -> Batch:
    batch.rows.exclude(verdict=Verdict.QUARANTINED).delete()
    if batch.file:  # of a merge that was stopped
        transaction.on_commit(partial(files.delete, batch.file))
    batch.status, batch.finished_at, batch.file = Status.UNDONE, clock.now(), ""
    batch.save(update_fields=["status", "finished_at", "file"])
    record(batch.confirmed_by, actions.UNDONE, batch, **{name: batch.undone.get(name, 0) for name in UNDONE_FIGURES})
    return batch


@transaction.atomic
def forget_old_images() -> int:
    """Delete what is kept of chunks that can't be undone any more; how many chunks."""
    old = MergedChunk.objects.filter(at__lt=clock.now() - timedelta(days=UNDO_DAYS))
    chunks = list(old.values_list("pk", flat=True))
    BeforeImage.objects.filter(chunk__in=chunks).delete()
    TouchedPerson.objects.filter(chunk__in=chunks).delete()
    return old.delete()[0]
