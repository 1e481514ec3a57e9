"""What a list gives away as a file: its columns, declared once beside its admin, for the page and for every format.

The page and the record of exports stand in an app above, which registers here what it does (`register`): this floor
knows neither staff nor audit.
"""

from collections.abc import Callable, Generator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, ClassVar, Protocol

from django.db.models import Choices, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.resources import Resource

# What a cell may hold when a format gets it. A datetime is naive, in the reader's time zone.
Cell = str | int | float | Decimal | date | datetime
ROWS_A_CHUNK = 500


class Column(Field):  # type: ignore[misc]
    """A column of an export: its title, and the attribute or function that gives its value to everybody.

    `codes` is the closed list of a value that is a code; Django's own `get_…_display` reads it anew for each row.
    """

    personal = False

    def __init__(
        self,
        title: str | Promise,
        attribute: str | None = None,
        *,
        show: Callable[..., Any] | None = None,
        codes: type[Choices] | None = None,
    ) -> None:
        super().__init__(attribute=attribute, column_name=title)
        self.show = show
        self.codes = dict(codes.choices) if codes else {}

    @property
    def title(self) -> str:
        """The title in the reader's language, as a heading."""
        title = str(self.column_name)
        return title[:1].upper() + title[1:]

    def export(self, instance: Any, *, revealed: bool = False, **kwargs: Any) -> Cell:
        """The cell of a row."""
        value = self.show(instance) if self.show else self.get_value(instance)
        return plain_cell(self.codes.get(value, value) if self.codes else value)


class PersonalColumn(Column):
    """A column of personal values: `show(row, revealed=…)` masks them unless they are revealed."""

    personal = True

    def __init__(self, title: str | Promise, *, show: Callable[..., Any]) -> None:
        super().__init__(title, show=show)

    def export(self, instance: Any, *, revealed: bool = False, **kwargs: Any) -> Cell:
        """The cell of a row, masked unless revealed."""
        assert self.show is not None
        return plain_cell(self.show(instance, revealed=revealed))


def plain_cell(value: Any) -> Cell:
    """A value as every format takes it: nothing is empty, yes and no are words, moments are local."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return local.replace(tzinfo=None, microsecond=0)
    return value if isinstance(value, int | float | Decimal | date) else str(value)


class ListResource(Resource):  # type: ignore[misc]
    """What an admin's list exports: its columns as attributes, and how their rows are read.

    `filter_export` brings along what the columns read of other tables; `complete` looks up for a whole chunk what no
    relation leads to. So no column needs a query of its own.
    """

    file_name: ClassVar[str]
    # Rows are about people, also where no column holds a personal value (to be masked or revealed).
    about_people: ClassVar[bool] = False

    @property
    def columns(self) -> list[Column]:
        """The columns in their order."""
        return list(self.fields.values())

    @property
    def personal(self) -> bool:
        """Whether a column holds personal values, masked unless they are revealed."""
        return any(column.personal for column in self.columns)

    def filter_export(self, queryset: QuerySet[Any], **kwargs: Any) -> QuerySet[Any]:
        """The list's rows, without what only its page reads of other tables."""
        return queryset.prefetch_related(None)

    def complete(self, rows: Sequence[Any]) -> None:
        """Give the rows of a chunk what their columns read."""

    def chunks(self, queryset: QuerySet[Any], *, revealed: bool) -> Generator[list[list[Cell]]]:
        """The lines of the file, ROWS_A_CHUNK at a time: never more of the list is in memory.

        One query that the server reads from as it goes, and a fixed number for each chunk.
        """
        columns = self.columns
        rows = self.filter_export(queryset).iterator(chunk_size=ROWS_A_CHUNK)
        while chunk := list(islice(rows, ROWS_A_CHUNK)):
            self.complete(chunk)
            yield [[column.export(row, revealed=revealed) for column in columns] for row in chunk]


class Exporter(Protocol):
    """What the app above does for every list that declares a resource."""

    def allows(self, admin: Any, request: HttpRequest) -> bool:
        """Whether this member of staff may export the list."""

    def page(self, admin: Any, request: HttpRequest) -> HttpResponseBase:
        """The list's export page; by POST the file."""


_exporters: list[Exporter] = []


def register(exporter: Exporter) -> None:
    """Say what exports lists; once, from an app's `ready()`."""
    _exporters[:] = [exporter]


def exporter() -> Exporter:
    """What exports lists. Raises LookupError while no app does."""
    if not _exporters:
        raise LookupError("No app exports lists.")
    return _exporters[0]
