"""A workbook becomes a CSV file before it is read, so that one engine and its guards see every file."""

import csv
import io
from collections.abc import Iterator

from django.conf import settings
from django.db import transaction

from apps.core.files import Damaged, EncryptedWriter, delete, open_stored, path_of
from apps.imports.engine.refusals import Refused
from apps.imports.engine.table import Row
from apps.imports.engine.workbook import MAX_BYTES, MEGABYTE, Workbook, is_workbook
from apps.imports.models import Batch
from apps.imports.services.progressing import Stopped, hold
from apps.imports.services.receiving import FOLDER

_PIECE = 256 * 1024


def convert(batch: Batch) -> None:
    """Put a CSV file in the place of a batch's workbook; another file stays as it is. Raises Refused, Stopped.

    Every cell is quoted, so that nothing can be taken for another delimiter; a row stands on the line of its number.
    """
    data = _workbook(batch.file)
    if data is None:
        return
    workbook = Workbook(data)
    sheet, others = workbook.sheet_with_data()
    with EncryptedWriter(FOLDER) as writer:
        for piece in _pieces(workbook.rows(sheet)):
            if writer.size + len(piece) > settings.IMPORT_MAX_BYTES:
                raise Refused("too-big", limit=settings.IMPORT_MAX_BYTES // MEGABYTE)
            writer.write(piece)
    batch.notes = [{"code": "other-sheets", "params": {"count": others}}] if others else []
    batch.bytes_total = writer.size
    _replace(batch, writer.name)


@transaction.atomic
def _replace(batch: Batch, name: str) -> None:
    """Whoever cancels the batch comes before this, or deletes what it leaves."""
    try:
        hold(batch)
    except Stopped:
        delete(name)
        raise
    batch.save(update_fields=["notes", "bytes_total"])
    path_of(name).replace(path_of(batch.file))


def _workbook(name: str) -> bytes | None:
    """The bytes of a stored workbook; None of another file."""
    try:
        with open_stored(name) as file:
            head = file.read(8)
            return head + file.read(MAX_BYTES) if is_workbook(head) else None
    except Damaged:
        raise Refused("damaged") from None


def _pieces(rows: Iterator[Row]) -> Iterator[bytes]:
    buffer = io.StringIO("\ufeff")
    buffer.seek(0, io.SEEK_END)
    writer = csv.writer(buffer, delimiter=";", lineterminator="\n", quoting=csv.QUOTE_ALL)
    line, width = 1, 0
    for row in rows:
        buffer.write("\n" * (row.line - line))
        width = max(width, len(row.cells))  # a sheet leaves out empty cells at the end of a row
        writer.writerow(row.cells + [""] * (width - len(row.cells)))
        line = row.line + 1
        if buffer.tell() > _PIECE:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()
