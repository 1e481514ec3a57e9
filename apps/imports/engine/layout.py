"""How a file is laid out: delimiter, line of titles, which column is which field."""

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from apps.imports.choices import Kind
from apps.imports.engine import formats
from apps.imports.engine.columns import header_key
from apps.imports.engine.formats import Format, HeaderlessFormat
from apps.imports.engine.guards import refuse_device_titles
from apps.imports.engine.person_columns import PersonResource
from apps.imports.engine.refusals import Refused
from apps.imports.engine.resources import OPTOUT_EVIDENCE, RESOURCES
from apps.imports.engine.table import Opener, Row, rows

DELIMITERS = (";", ",", "\t", "|")
HEADER_SEARCH_ROWS = 10
SAMPLE_ROWS = 50


@dataclass(frozen=True)
class Layout:
    """What was found out about a file. `titles` are the header's cells, `fields` the field of each column or empty;
    `dropped` are columns whose cells are never looked at; `header_line` is 0 for a file without titles.
    """

    encoding: str
    delimiter: str
    header_line: int
    titles: tuple[str, ...]
    fields: tuple[str, ...]
    format: str = ""
    dropped: tuple[int, ...] = ()
    first_row_line: int = 0
    # By column, empty for none: how it writes (ColumnStyle), and while somebody has to say, what about.
    styles: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    # Somebody said what the columns hold.
    decided: bool = False

    def to_json(self) -> dict[str, Any]:
        """As kept by the batch."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """From what the batch keeps."""
        values: dict[str, Any] = {n: tuple(value) if isinstance(value, list) else value for n, value in data.items()}
        return cls(**values)

    def position(self, field: str) -> int | None:
        """The index of the column of a field."""
        return self.fields.index(field) if field in self.fields else None

    def status_positions(self) -> list[int]:
        """The columns whose cells say together what a row of opt-outs comes to: in the order in which its words name
        them, in whatever order the file has them.
        """
        found = [index for index, field in enumerate(self.fields) if field.startswith("status")]
        return sorted(found, key=lambda index: self.fields[index])

    def saying_positions(self, number: int, columns: int) -> list[int | None]:
        """The columns of a provider's saying of this number, None for those that the file lacks."""
        return [self.position(f"saying{number}.{column}") for column in range(columns)]


def titles_in(text: str) -> int:
    """How many titles of columns, of any kind of file, the first lines of a text hold."""
    top = text.splitlines()[:HEADER_SEARCH_ROWS]
    cells = [cell.strip().strip('"') for line in top for cell in re.split(r"[;,\t|]", line[:10_000])]
    return sum(any(resource.field_of(cell) for resource in RESOURCES.values()) for cell in cells if not cell.isascii())


def detect(open_file: Opener, encoding: str, kind: str) -> Layout:
    """The layout of a file of `kind`. Raises Refused when it can't be told, or is nothing that this kind takes."""
    candidates = [Candidate(delimiter, sample, error) for delimiter in DELIMITERS
                  for sample, error in [sample_of(open_file, encoding, delimiter)]]  # fmt: skip
    resource = RESOURCES[kind]
    if kind == Kind.OPTOUTS and (found := _headerless(candidates, encoding)):
        return found
    best = max(candidates, key=lambda candidate: candidate.score(resource))
    unreadable = [c.error for c in candidates if c.error and not c.sample]
    error = best.error or next(iter(unreadable if best.score(resource)[:2] == (0, 0) else []), None)
    if error is not None:
        raise error
    header = best.header(resource)
    if header is None:
        raise Refused("no-rows" if len(best.sample) < 1 else "no-header")
    layout = _from_header(best.delimiter, encoding, header, kind)
    if best.sample[-1].line == header.line:
        raise Refused("no-rows")
    return layout


class Candidate:
    """A delimiter, and the first rows as it cuts them (with what stopped the reading before their end)."""

    def __init__(self, delimiter: str, sample: list[Row], error: Refused | None) -> None:
        self.delimiter, self.sample, self.error = delimiter, sample, error

    def header(self, resource: type[PersonResource]) -> Row | None:
        """The first row that reads like titles: the one with most known ones, else one of several words only."""
        top = self.sample[:HEADER_SEARCH_ROWS]
        known = {row.line: _known(row, resource) for row in top}
        best = max(top, key=lambda row: known[row.line], default=None)
        if best is not None and known[best.line]:
            return best
        return top[0] if top and _all_titles(top[0]) else None

    def score(self, resource: type[PersonResource]) -> tuple[int, int, int]:
        """How well this delimiter explains the file: known titles, then rows of one width, then the width."""
        header = self.header(resource)
        widths = Counter(len(row.cells) for row in self.sample)
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        return (_known(header, resource) if header else 0, count if width > 1 else 0, width)


def sample_of(open_file: Opener, encoding: str, delimiter: str) -> tuple[list[Row], Refused | None]:
    """The first rows as a delimiter cuts them, and what stopped the reading before their end."""
    found: list[Row] = []
    try:
        for row in itertools.islice(rows(open_file, encoding, delimiter), SAMPLE_ROWS):
            found.append(row)  # kept one by one: what was read before a refusal counts
    except Refused as error:
        return found, error
    return found, None


def _known(row: Row, resource: type[PersonResource]) -> int:
    keys = frozenset(map(header_key, row.cells))
    provider = max((len(f.required) for f in formats.FORMATS if f.fits(keys)), default=0)
    return max(provider, sum(bool(resource.field_of(cell)) for cell in row.cells))


def _all_titles(row: Row) -> bool:
    return all(re.search(r"[^\W\d_]", cell) and not re.search(r"\d{4}|@", cell) for cell in row.cells if cell.strip())


def _headerless(candidates: Sequence[Candidate], encoding: str) -> Layout | None:
    for known, candidate in itertools.product(formats.HEADERLESS, candidates):
        if known.delimiter == candidate.delimiter and (first := _first_row(known, candidate.sample)):
            fields = (*known.fields, *[""] * (len(first.cells) - len(known.fields)))
            titles = tuple(f"#{number}" for number in range(1, len(fields) + 1))
            return Layout(encoding, known.delimiter, 0, titles, fields, known.format.code, (), first.line)
    return None


def _first_row(known: HeaderlessFormat, sample: Sequence[Row]) -> Row | None:
    body = list(sample)
    if known.preamble:
        if not body or not re.fullmatch(known.preamble, known.delimiter.join(body[0].cells).strip()):
            return None
        body = body[1:]
    if not body or len(body[0].cells) < len(known.first_row):
        return None
    cells = [cell.strip() for cell in body[0].cells]
    fits = all(re.fullmatch(pattern, cell) for pattern, cell in zip(known.first_row, cells, strict=False))
    return body[0] if fits else None


def _from_header(delimiter: str, encoding: str, header: Row, kind: str) -> Layout:
    titles = tuple(cell.strip() for cell in header.cells)
    layout = Layout(encoding, delimiter, header.line, titles, (), first_row_line=header.line + 1)
    provider = _provider(titles) if kind == Kind.OPTOUTS else None
    if provider is not None:
        refuse_device_titles(titles, exempt=set(map(header_key, provider.anonymous)))
        return _of_provider(layout, provider)
    refuse_device_titles(titles)
    fields = tuple(map(RESOURCES[kind].field_of, titles))
    return replace(layout, fields=fields, format=formats.GENERIC.code)


def _provider(titles: Sequence[str]) -> Format | None:
    """The provider whose file this is. Raises Refused for its list of subscribers, and when two fit alike."""
    keys = frozenset(map(header_key, titles))
    if not keys & formats.NOT_OPTOUTS_UNLESS and any(subscribed <= keys for subscribed in formats.NOT_OPTOUTS):
        raise Refused("not-optouts")
    fitting = sorted((f for f in formats.FORMATS if f.fits(keys)), key=lambda f: -len(f.required))
    if len(fitting) > 1 and len(fitting[0].required) == len(fitting[1].required):
        raise Refused("two-formats", formats=[f.code for f in fitting])
    return fitting[0] if fitting else None


def _of_provider(layout: Layout, provider: Format) -> Layout:
    wanted = {header_key(title): field for title, field in {**provider.columns, **provider.optional}.items()}
    wanted |= {header_key(title): f"status{number}" for number, title in enumerate(provider.status)}
    for number, saying in enumerate(provider.sayings):
        wanted |= {header_key(title): f"saying{number}.{column}" for column, title in enumerate(saying.status)}
    anonymous = set(map(header_key, provider.anonymous))
    fields, dropped = [], []
    for index, title in enumerate(layout.titles):
        fields.append(wanted.pop(header_key(title), ""))  # of a title that occurs twice the first counts
        if header_key(title) in anonymous:
            dropped.append(index)
    return replace(layout, fields=tuple(fields), format=provider.code, dropped=tuple(dropped))


def refuse_plain_list(layout: Layout, kind: str) -> None:
    """A list of people with names and points is no list of refusals: it would silence them all. Raises Refused."""
    if kind != Kind.OPTOUTS or layout.format != formats.GENERIC.code:
        return
    resource = RESOURCES[Kind.OPTOUTS]
    only_identifiers = all(field and resource.columns()[field].identifies for field in layout.fields)
    if not only_identifiers and not OPTOUT_EVIDENCE & set(layout.fields):
        raise Refused("ambiguous")
