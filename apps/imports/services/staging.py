"""Bringing a file's rows into the staging table: looked through once for what refuses it whole, then copied."""

import itertools
from collections.abc import Iterable, Iterator
from functools import partial
from typing import TypeVar

from django.db import connection, transaction
from psycopg import sql
from psycopg.types.json import Jsonb

from apps.core.files import Damaged, open_stored
from apps.imports.engine import encodings
from apps.imports.engine.guards import DeviceGuard
from apps.imports.engine.layout import Layout, detect, refuse_plain_list, titles_in
from apps.imports.engine.refusals import Refused
from apps.imports.engine.rows import READERS, RowReader
from apps.imports.engine.staged import COLUMNS, Staged, copy_values
from apps.imports.engine.table import Opener, Row, rows
from apps.imports.models import Batch, StagedRow

COPY_ROWS = 10_000
READ_BYTES = 1024 * 1024
_NO_WARNINGS = Jsonb([])
_COPY = sql.SQL("COPY {} ({}) FROM STDIN").format(
    sql.Identifier(StagedRow._meta.db_table), sql.SQL(", ").join(map(sql.Identifier, COLUMNS))
)
_KEEP_CELLS = """
    UPDATE imports_stagedrow s SET raw = n.raw FROM unnest(%s::int[], %s::bytea[]) AS n(number, raw)
    WHERE s.batch_id = %s AND s.number = n.number
"""
Item = TypeVar("Item")


def opener(batch: Batch) -> Opener:
    """Opens the batch's stored file from its beginning."""
    return partial(open_stored, batch.file)


def inspect(open_file: Opener, kind: str) -> tuple[Layout, int]:
    """The layout of a file and how many rows it has. Nothing is stored before this has seen all of it.

    Raises Refused.
    """
    with open_file() as file:
        try:
            encoding = encodings.detect(iter(lambda: file.read(READ_BYTES), b""), titles_in)
        except Damaged:
            raise Refused("damaged") from None
    layout = detect(open_file, encoding, kind)
    guard, count = DeviceGuard(layout.titles, layout.dropped), 0
    for row in data_rows(open_file, layout):
        guard.look(row.cells)
        count += 1
    guard.refuse_found()
    refuse_plain_list(layout, kind)
    if not count:
        raise Refused("no-rows")
    return layout, count


def data_rows(open_file: Opener, layout: Layout) -> Iterator[Row]:
    """The rows below the header, blank ones left out. Raises Refused."""
    return (row for row in rows(open_file, layout.encoding, layout.delimiter) if row.line >= layout.first_row_line)


def reader_of(batch: Batch) -> RowReader:
    """What stages the rows of this batch."""
    layout = Layout.from_json(batch.layout)
    return READERS[batch.kind](layout, batch_id=batch.pk, partner_code=batch.partner.code)


def stage(batch: Batch) -> None:
    """Copy every row into the staging table, a checkpoint a chunk."""
    reader = reader_of(batch)
    numbered = enumerate(data_rows(opener(batch), reader.layout), start=1)
    for chunk in _chunks(numbered, COPY_ROWS):
        with transaction.atomic():
            _copy(reader.stage(number, row) for number, row in chunk)
            Batch.objects.filter(pk=batch.pk).update(rows_done=chunk[-1][0])


def _chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    stream = iter(items)
    while chunk := list(itertools.islice(stream, size)):
        yield chunk


def _copy(staged_rows: Iterable[Staged]) -> None:
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for staged in staged_rows:
            copy.write_row(copy_values(staged, Jsonb(staged.warnings) if staged.warnings else _NO_WARNINGS))


def keep_cells(batch: Batch) -> None:
    """Read the file once more for the cells of rows that stay, where staging could not know that they would."""
    without = batch.rows.filter(raw__isnull=True)
    wanted = set(without.kept().values_list("number", flat=True))
    wanted |= set(without.exclude(warnings=[]).values_list("number", flat=True))
    if not wanted:
        return
    reader = reader_of(batch)
    numbered = enumerate(data_rows(opener(batch), reader.layout), start=1)
    for chunk in _chunks(((n, row) for n, row in numbered if n in wanted), COPY_ROWS):
        sealed = [reader.seal_raw(row.cells) for _number, row in chunk]
        with connection.cursor() as cursor:
            cursor.execute(_KEEP_CELLS, [[number for number, _row in chunk], sealed, batch.pk])
