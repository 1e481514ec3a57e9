"""What undoing a chunk would need, kept before it is merged: whom it changes, and what it replaces."""

from typing import Any

from django.db import connection
from psycopg import sql

from apps.imports.models import MergedChunk
from apps.subjects.services.bulk import CATEGORIES

_TOUCHED = """
    INSERT INTO imports_touchedperson (chunk_id, subject_id, language)
    SELECT %(chunk)s, j.subject_id, CASE WHEN u.language = '' THEN s.language ELSE '' END
    FROM judged_rows j JOIN subjects_subject u ON u.id = j.subject_id
    JOIN imports_stagedrow s ON s.batch_id = %(batch)s AND s.number BETWEEN %(first)s AND %(last)s
        AND s.number = j.number
    WHERE j.verdict = 'updated'
"""
_IMAGES = """
    INSERT INTO imports_beforeimage
        (chunk_id, record_id, source, observed_at, recorded_at, payload, payload_digest)
    SELECT %(chunk)s, k.id, k.source, k.observed_at, k.recorded_at, k.payload, k.payload_digest
    FROM judged_rows j
    JOIN imports_stagedrow s ON s.batch_id = %(batch)s AND s.number BETWEEN %(first)s AND %(last)s
        AND s.number = j.number
    JOIN subjects_personalrecord k ON k.subject_id = j.subject_id AND k.partner_id = %(partner)s AND k.key = ''
    WHERE j.verdict = 'updated' AND k.observed_at <= %(observed_at)s
      AND k.payload_digest <> CASE k.category_id {said} END
"""
_SAID = sql.SQL(" ".join(f"WHEN '{c}' THEN s.{c}_digest" for c in CATEGORIES))
# Of activity and consents. Everybody to whom something is added is changed: whoever it leads to was there before.
_ACTIVE = """
    INSERT INTO imports_touchedperson (chunk_id, subject_id, language)
    SELECT DISTINCT %(chunk)s::bigint, subject_id, '' FROM judged_rows WHERE verdict IN ('new', 'updated')
"""
_IMAGES_OF_ACTIVITY = """
    INSERT INTO imports_beforeimage
        (chunk_id, record_id, source, observed_at, reported_at, recorded_at, payload, payload_digest)
    SELECT %(chunk)s, k.id, k.source, k.observed_at, k.reported_at, k.recorded_at, k.payload, k.payload_digest
    FROM judged_rows j
    JOIN imports_stagedrow s ON s.batch_id = %(batch)s AND s.number BETWEEN %(first)s AND %(last)s
        AND s.number = j.number
    JOIN subjects_personalrecord k ON k.subject_id = j.subject_id AND k.partner_id = %(partner)s
        AND k.category_id = s.category AND k.key = s.record_key
    WHERE j.verdict = 'updated'
"""


def remember(chunk: MergedChunk) -> None:
    """Keep what the members in `judged_rows` are about to change; in the transaction that merges them."""
    _remember(chunk, _TOUCHED, sql.SQL(_IMAGES).format(said=_SAID))


def remember_activity(chunk: MergedChunk) -> None:
    """As `remember`, for activity."""
    _remember(chunk, _ACTIVE, _IMAGES_OF_ACTIVITY)


def remember_acts(chunk: MergedChunk) -> None:
    """As `remember`, for consents: they replace nothing."""
    _remember(chunk, _ACTIVE)


def _remember(chunk: MergedChunk, touched: str, images: str | sql.Composed = "") -> None:
    batch = chunk.batch
    params: dict[str, Any] = {
        "chunk": chunk.pk, "batch": batch.pk, "first": chunk.first, "last": chunk.last, "partner": batch.partner_id,
        "observed_at": batch.created_at,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(touched, params)
        chunk.touched = cursor.rowcount
        if images:
            cursor.execute(images, params)
    if chunk.touched:
        chunk.save(update_fields=["touched"])
