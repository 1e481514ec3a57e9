"""Bringing a file's rows into the staging table: looked through once for what refuses it whole, then copied."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from django.db import connection, transaction
from psycopg import sql

from apps.core.files import Damaged, open_stored
from apps.core.workers import workers
from apps.imports.choices import Phase
from apps.imports.engine import encodings
from apps.imports.engine.guards import DeviceGuard, has_traces
from apps.imports.engine.layout import Layout, detect, titles_in
from apps.imports.engine.readers import READERS
from apps.imports.engine.refusals import Refused
from apps.imports.engine.rows import RowReader
from apps.imports.engine.sieve import Sieve
from apps.imports.engine.staged import COPY_END, COPY_HEAD, BinaryCopy, Sealed, Staged
from apps.imports.engine.table import Block, Opener, Row, blocks, cells_of, rows
from apps.imports.engine.understanding import understand
from apps.imports.models import STAYS, Batch, StagedRow
from apps.imports.services.kinds import WORK
from apps.imports.services.lanes import commit_soon
from apps.imports.services.progressing import enter, reached

# Blocks of some thousand rows to a checkpoint; rows whose cells are kept at once.
CHECKPOINT_BLOCKS = 10
CHUNK_ROWS = 1_000
# Below this size a file is sealed sooner than other processes are started.
ALONE_BYTES = 3 * 1024 * 1024
READ_BYTES = 1024 * 1024
# Digests that may occur twice in the file that this connection stages: so many fewer than there are that finding out
# which of them do takes no time.
_EMPTY_SUSPECTS = "CREATE TEMP TABLE IF NOT EXISTS perhaps_repeated (digest bytea); TRUNCATE perhaps_repeated"
_ADD_SUSPECTS = "INSERT INTO perhaps_repeated SELECT unnest(%s::bytea[])"
_KEEP_CELLS = """
    UPDATE imports_stagedrow s SET raw = n.raw FROM unnest(%s::int[], %s::bytea[]) AS n(number, raw)
    WHERE s.batch_id = %s AND s.number = n.number
"""


def opener(batch: Batch) -> Opener:
    """Opens the batch's stored file from its beginning."""
    return partial(open_stored, batch.file)


def find_layout(
    open_file: Opener, kind: str, known_columns: Callable[[Layout], Layout] = lambda layout: layout
) -> Layout:
    """How a file is laid out and what its columns hold; looks at its beginning only, save for the encoding.

    `known_columns` puts in what somebody said of this header before. Raises Refused; Unmapped when somebody has to.
    """
    with open_file() as file:
        try:
            encoding = encodings.detect(iter(lambda: file.read(READ_BYTES), b""), titles_in)
        except Damaged:
            raise Refused("damaged") from None
    layout = known_columns(detect(open_file, encoding, kind))
    try:
        return understand(layout, kind, data_rows(open_file, layout))
    except Refused:  # what nobody's word could mend is said first
        look_through(open_file, layout)
        raise


def look_through(open_file: Opener, layout: Layout) -> int:
    """How many rows a file has, each looked at for device identifiers (P13). Raises Refused, naming their columns."""
    guard, count = DeviceGuard(layout.titles, layout.dropped), 0
    for row in data_rows(open_file, layout):
        guard.look(row.cells)
        count += 1
    guard.refuse_found()
    return count


def data_rows(open_file: Opener, layout: Layout) -> Iterator[Row]:
    """The rows below the header, blank ones left out. Raises Refused."""
    return (row for row in rows(open_file, layout.encoding, layout.delimiter) if row.line >= layout.first_row_line)


def reader_of(batch: Batch) -> RowReader:
    """What stages the rows of this batch."""
    return _reader(**_reading(batch))


def _reading(batch: Batch) -> dict[str, Any]:
    return {
        "kind": batch.kind, "layout": batch.layout, "batch_id": batch.pk, "partner_code": batch.partner.code,
        "known": WORK[batch.kind].known(),
    }  # fmt: skip


def _reader(
    *, kind: str, layout: dict[str, Any], batch_id: int, partner_code: str, known: dict[str, Any] | None = None
) -> RowReader:
    return READERS[kind](Layout.from_json(layout), batch_id=batch_id, partner_code=partner_code, **(known or {}))


TRACES = "traces"


class _Traces(Exception):
    """Something in the file may be a device identifier."""


class Sealer:
    """Seals blocks of one batch's rows, here or in a process of its own. `trusted`: the file was looked through."""

    def __init__(self, *, trusted: bool = False, **reading: Any) -> None:
        self._reader = _reader(**reading)
        self._trusted = trusted
        self._delimiter = self._reader.layout.delimiter
        self.copy = BinaryCopy(self._reader.filled)

    def __call__(self, block: Block) -> Sealed:
        """The rows as binary COPY. The problem is TRACES, or what refuses the file."""
        if not self._trusted and has_traces(block.text or "\n".join("\t".join(row.cells) for row in block.rows)):
            return Sealed(0, block.end, b"", problem=TRACES)
        stage = self._reader.stage
        try:
            staged = [stage(number, row) for number, row in cells_of(block, self._delimiter)]
        except Refused as refusal:
            return Sealed(0, block.end, b"", problem=refusal.to_json())
        return Sealed(staged[-1].number, block.end, b"".join(map(self.copy.row, staged)), self._digests(staged))

    def _digests(self, staged: list[Staged]) -> bytes:
        if not self._reader.one_row_a_person:
            return b""
        return b"".join([d for row in staged for d in (row.token, row.card, row.phone, row.email) if d is not None])


def stage(batch: Batch) -> int:
    """Copy every row into the staging table, a checkpoint every ten thousand or so; how many there are. Raises Refused,
    Stopped.

    A block in which anything may be a device identifier is not sealed: the whole file is looked through first. So no
    such value gets as far as the table.
    """
    try:
        return _stage(batch, trusted=False)
    except _Traces:
        enter(batch, Phase.LOOKING, rows_done=0, bytes_done=0)
        look_through(opener(batch), Layout.from_json(batch.layout))
        with transaction.atomic():
            enter(batch, Phase.READING)
            batch.rows.all().delete()
        return _stage(batch, trusted=True)


def _stage(batch: Batch, *, trusted: bool) -> int:
    layout = Layout.from_json(batch.layout)
    whole = blocks(opener(batch), layout.encoding, layout.delimiter, layout.first_row_line)
    reading = {**_reading(batch), "trusted": trusted}
    sealer = Sealer(**reading)
    if batch.size <= ALONE_BYTES:
        return _copy(batch, sealer.copy.columns, map(sealer, whole))
    with workers(f"{Sealer.__module__}.{Sealer.__name__}", reading) as pool:
        return _copy(batch, sealer.copy.columns, pool.map(whole))


def _copy(batch: Batch, columns: Iterable[str], sealed: Iterable[Sealed]) -> int:
    command, last, sieve = _command(columns), 0, Sieve()
    with connection.cursor() as cursor:
        cursor.execute(_EMPTY_SUSPECTS)
    for several in _checkpoints(map(_sound, sealed)):
        with transaction.atomic(), connection.cursor() as cursor:
            commit_soon()
            suspects: list[bytes] = []
            with cursor.copy(command) as copy:
                copy.write(COPY_HEAD)
                for block in several:
                    copy.write(block.rows)
                    suspects += sieve.perhaps_repeated(block.digests)
                    last, end = block.last, block.end
                copy.write(COPY_END)
            cursor.execute(_ADD_SUSPECTS, [suspects])
            reached(batch, rows=last, bytes_done=end)
    if not last:
        raise Refused("no-rows")
    return last


def _command(columns: Iterable[str]) -> sql.Composed:
    table, names = sql.Identifier(StagedRow._meta.db_table), sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(table, names)


def _sound(block: Sealed) -> Sealed:
    if block.problem == TRACES:
        raise _Traces
    if block.problem:
        raise Refused(block.problem["code"], **block.problem["params"])
    return block


def _checkpoints(sealed: Iterable[Sealed]) -> Iterator[Iterator[Sealed]]:
    """What goes in by one transaction; each has to be used up before the next."""
    stream = iter(sealed)
    for first in stream:
        yield itertools.chain([first], itertools.islice(stream, CHECKPOINT_BLOCKS - 1))


def keep_cells(batch: Batch) -> None:
    """Read the file once more for the cells of rows that stay, where staging could not know that they would."""
    wanted = set(batch.rows.filter(STAYS, raw__isnull=True).values_list("number", flat=True))
    if not wanted:
        return
    reader = reader_of(batch)
    numbered = enumerate(data_rows(opener(batch), reader.layout), start=1)
    stream = ((number, row) for number, row in numbered if number in wanted)
    while chunk := list(itertools.islice(stream, CHUNK_ROWS)):
        sealed = [reader.seal_raw(row.cells) for _number, row in chunk]
        with connection.cursor() as cursor:
            cursor.execute(_KEEP_CELLS, [[number for number, _row in chunk], sealed, batch.pk])
