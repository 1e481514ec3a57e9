"""Bringing a file's rows into the staging table: looked through once for what refuses it whole, then copied."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, TypeVar

from django.db import connection, transaction
from psycopg import sql

from apps.core.files import Damaged, open_stored
from apps.imports.engine import encodings
from apps.imports.engine.guards import DeviceGuard
from apps.imports.engine.layout import Layout, detect, titles_in
from apps.imports.engine.refusals import Refused
from apps.imports.engine.rows import READERS, RowReader
from apps.imports.engine.sealers import Numbered, Sealed, sealers
from apps.imports.engine.staged import COPY_COLUMNS, COPY_END, COPY_HEAD, to_binary
from apps.imports.engine.table import Opener, Row, rows
from apps.imports.engine.understanding import understand
from apps.imports.models import Batch, StagedRow

# Rows that are sealed at once, and chunks of them to a checkpoint.
CHUNK_ROWS = 1_000
CHECKPOINT_CHUNKS = 10
# Below this size a file is sealed sooner than other processes are started.
ALONE_BYTES = 3 * 1024 * 1024
READ_BYTES = 1024 * 1024
_COPY = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
    sql.Identifier(StagedRow._meta.db_table), sql.SQL(", ").join(map(sql.Identifier, COPY_COLUMNS))
)
_KEEP_CELLS = """
    UPDATE imports_stagedrow s SET raw = n.raw FROM unnest(%s::int[], %s::bytea[]) AS n(number, raw)
    WHERE s.batch_id = %s AND s.number = n.number
"""
Item = TypeVar("Item")


def opener(batch: Batch) -> Opener:
    """Opens the batch's stored file from its beginning."""
    return partial(open_stored, batch.file)


def inspect(
    open_file: Opener, kind: str, known_columns: Callable[[Layout], Layout] = lambda layout: layout
) -> tuple[Layout, int]:
    """The layout of a file and how many rows it has. Nothing is stored before this has seen all of it.

    `known_columns` puts in what somebody said of this header before. Raises Refused; Unmapped when somebody has to.
    """
    with open_file() as file:
        try:
            encoding = encodings.detect(iter(lambda: file.read(READ_BYTES), b""), titles_in)
        except Damaged:
            raise Refused("damaged") from None
    layout = known_columns(detect(open_file, encoding, kind))
    guard, count = DeviceGuard(layout.titles, layout.dropped), 0
    for row in data_rows(open_file, layout):
        guard.look(row.cells)
        count += 1
    guard.refuse_found()
    if not count:
        raise Refused("no-rows")
    return understand(layout, kind, data_rows(open_file, layout)), count


def data_rows(open_file: Opener, layout: Layout) -> Iterator[Row]:
    """The rows below the header, blank ones left out. Raises Refused."""
    return (row for row in rows(open_file, layout.encoding, layout.delimiter) if row.line >= layout.first_row_line)


def reader_of(batch: Batch) -> RowReader:
    """What stages the rows of this batch."""
    return _reader(**_reading(batch))


def _reading(batch: Batch) -> dict[str, Any]:
    return {
        "kind": batch.kind, "layout": batch.layout, "batch_id": batch.pk, "partner_code": batch.partner.code,
    }  # fmt: skip


def _reader(*, kind: str, layout: dict[str, Any], batch_id: int, partner_code: str) -> RowReader:
    return READERS[kind](Layout.from_json(layout), batch_id=batch_id, partner_code=partner_code)


class Sealer:
    """Seals chunks of one batch's rows, here or in a process of its own."""

    def __init__(self, **reading: Any) -> None:
        self._reader = _reader(**reading)

    def __call__(self, chunk: list[Numbered]) -> Sealed:
        """The rows as binary COPY."""
        stage = self._reader.stage
        return Sealed(chunk[-1][0], b"".join([to_binary(stage(number, Row(*row))) for number, row in chunk]))


def stage(batch: Batch) -> None:
    """Copy every row into the staging table, a checkpoint every ten thousand or so."""
    layout = Layout.from_json(batch.layout)
    numbered = ((number, (row.line, row.cells)) for number, row in enumerate(data_rows(opener(batch), layout), start=1))
    chunks = _chunks(numbered, CHUNK_ROWS)
    if batch.size <= ALONE_BYTES:
        _copy(batch, map(Sealer(**_reading(batch)), chunks))
        return
    with sealers(f"{Sealer.__module__}.{Sealer.__name__}", _reading(batch)) as pool:
        _copy(batch, pool.seal(chunks))


def _chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    stream = iter(items)
    while chunk := list(itertools.islice(stream, size)):
        yield chunk


def _copy(batch: Batch, sealed: Iterable[Sealed]) -> None:
    for chunks in _checkpoints(sealed):
        with transaction.atomic():
            with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
                copy.write(COPY_HEAD)
                for chunk in chunks:
                    copy.write(chunk.rows)
                    last = chunk.last
                copy.write(COPY_END)
            Batch.objects.filter(pk=batch.pk).update(rows_done=last)


def _checkpoints(sealed: Iterable[Sealed]) -> Iterator[Iterator[Sealed]]:
    """What goes in by one transaction; each has to be used up before the next."""
    stream = iter(sealed)
    for first in stream:
        yield itertools.chain([first], itertools.islice(stream, CHECKPOINT_CHUNKS - 1))


def keep_cells(batch: Batch) -> None:
    """Read the file once more for the cells of rows that stay, where staging could not know that they would."""
    without = batch.rows.filter(raw__isnull=True)
    wanted = set(without.kept().values_list("number", flat=True))
    wanted |= set(without.exclude(warnings=[]).values_list("number", flat=True))
    if not wanted:
        return
    reader = reader_of(batch)
    numbered = enumerate(data_rows(opener(batch), reader.layout), start=1)
    for chunk in _chunks(((n, row) for n, row in numbered if n in wanted), CHUNK_ROWS):
        sealed = [reader.seal_raw(row.cells) for _number, row in chunk]
        with connection.cursor() as cursor:
            cursor.execute(_KEEP_CELLS, [[number for number, _row in chunk], sealed, batch.pk])
