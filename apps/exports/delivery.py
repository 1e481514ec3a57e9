"""The file of one export on its way out: made as it is fetched, and recorded when it ends, however it ends."""

import logging
from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import get_language, override

from apps.core.csv_file import CsvFile
from apps.core.exporting import ListResource
from apps.exports.choices import FileFormat
from apps.exports.models import Export
from apps.exports.services import end
from apps.exports.titles import list_title
from apps.exports.workbook import WorkbookFile

logger = logging.getLogger(__name__)

FILES: dict[str, type[CsvFile] | type[WorkbookFile]] = {FileFormat.CSV: CsvFile, FileFormat.XLSX: WorkbookFile}


class TooLong(Exception):
    """More rows than the format has room for: they came while the file was being made."""


class Delivery:
    """Pieces of the file, for a streaming response, which calls `close` whether or not all of it was fetched.

    Speaks the language that is active when it is made: the pieces come when the request's is no longer.
    """

    def __init__(self, *, export: Export, resource: ListResource, queryset: QuerySet) -> None:  # type: ignore[type-arg]
        self.export = export
        self.rows = 0
        self._language = get_language() or "ky"
        self._titles = [column.title for column in resource.columns]
        self._file = FILES[export.file_format](title=list_title(export.exported), language=self._language)
        self._chunks = resource.chunks(queryset, revealed=export.whole)
        self._pieces = self._made()
        self.complete = self._recorded = False

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces

    def _made(self) -> Iterator[bytes]:
        yield self._file.head(self._titles)
        while piece := self._next():
            yield piece
        if tail := self._file.tail():
            yield tail
        self.complete = True  # whoever comes back for more has got the last piece
        self.close()

    def _next(self) -> bytes | None:
        """The next piece that has something in it; None behind the last row."""
        with override(self._language):
            for chunk in self._chunks:
                self.rows += len(chunk)
                if self._file.most_rows is not None and self.rows > self._file.most_rows:
                    raise TooLong
                if piece := self._file.lines(chunk):
                    return piece
        return None

    def close(self) -> None:
        """Record how it ended; once."""
        self._chunks.close()
        self._file.close()
        if self._recorded:
            return
        self._recorded = True
        try:
            end(actor=self.export.actor, export=self.export, rows=self.rows, complete=self.complete)
        except Exception:
            logger.exception("The end of export %s could not be recorded.", self.export.pk)
            raise
