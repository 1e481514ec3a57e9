"""What is done with the rows of a file of SMS replies: words refuse, other texts wait for somebody who reads them."""

from collections.abc import Iterator
from itertools import islice

from django.db import connection

from apps.imports.models import Batch, StagedRow
from apps.imports.services import optouts
from apps.optouts.models import InboundMessage, OptOutNote
from apps.optouts.services.replies import Reply, queue_replies, reply_key
from apps.subjects.models import Identifier

# The first counts: it says since when.
_REPEATED = """
    UPDATE imports_stagedrow s SET verdict = 'duplicate', reason = 'repeated-optout'
    FROM (SELECT number, row_number() OVER (PARTITION BY phone ORDER BY number) AS nth
          FROM imports_stagedrow WHERE batch_id = %(batch)s AND verdict = '' AND optout_reason <> '') AS g
    WHERE s.batch_id = %(batch)s AND s.number = g.number AND g.nth > 1
"""
_AT_ONCE = 2_000
_NEW = "UPDATE judged_rows SET verdict = 'new' WHERE number = ANY(%s)"
_VALUE, _TEXT = Identifier._meta.get_field("value"), OptOutNote._meta.get_field("text")


def find_repeats(batch: Batch) -> None:
    """Give a verdict to refusals of a number that refused in an earlier row."""
    with connection.cursor() as cursor:
        cursor.execute(_REPEATED, {"batch": batch.pk})


def judge(batch: Batch, first: int, last: int, *, to_merge: bool = False) -> None:
    """Make `judged_rows` of rows `first` to `last`; a text that is in the queue already is unchanged."""
    optouts.judge(batch, first, last)
    for block in _blocks(_replies(batch, first, last)):
        keys = {number: reply.key for number, reply in block}
        known = set(InboundMessage.objects.filter(key__in=keys.values()).values_list("key", flat=True))
        with connection.cursor() as cursor:
            cursor.execute(_NEW, [[number for number, key in keys.items() if key not in known]])


def merge(batch: Batch, first: int, last: int) -> None:
    """Keep the refusals as those of any file, and put the other texts into the queue."""
    optouts.merge(batch, first, last)
    for block in _blocks(_replies(batch, first, last)):
        queue_replies([reply for _number, reply in block])


def _blocks(replies: Iterator[tuple[int, Reply]]) -> Iterator[list[tuple[int, Reply]]]:
    while block := list(islice(replies, _AT_ONCE)):
        yield block


def _replies(batch: Batch, first: int, last: int) -> Iterator[tuple[int, Reply]]:
    """Rows that refuse nothing by themselves. A text that came without a time came with the file."""
    rows = StagedRow.objects.filter(batch=batch, number__range=(first, last), verdict="", optout_reason="")
    columns = ("number", "phone_value", "note", "occurred_at", "campaign")
    for number, phone, note, occurred, sent_to in rows.order_by("number").values_list(*columns).iterator(_AT_ONCE):
        value, text = _VALUE.unseal(phone), _TEXT.unseal(note)
        said = (batch.partner.code, value, occurred.isoformat() if occurred else "", text)
        yield number, Reply(
            phone=value, text=text, sent_to=sent_to, source=batch.reference, received_at=occurred or batch.created_at,
            key=reply_key("file", *said),
        )  # fmt: skip
