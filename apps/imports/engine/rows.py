"""From cells to a staged row: normalised, digested, sealed; refused, skipped or put in quarantine where it must be."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from json import JSONEncoder
from json.encoder import encode_basestring
from typing import Any, ClassVar

from apps.core import clock, identifiers
from apps.core.choices import IdentifierKind
from apps.core.fields import EncryptedField
from apps.core.identifiers import Unusable
from apps.core.keyring import keyring
from apps.imports.choices import Kind, Verdict
from apps.imports.engine import values
from apps.imports.engine.answers import Answers
from apps.imports.engine.columns import Column
from apps.imports.engine.layout import Layout
from apps.imports.engine.refusals import RowRefused
from apps.imports.engine.resources import RESOURCES
from apps.imports.engine.staged import Staged
from apps.imports.engine.styles import restyler
from apps.imports.engine.table import Row
from apps.imports.models import StagedRow
from apps.subjects.models import Identifier, PersonalRecord
from apps.subjects.services.bulk import CATEGORIES, payload_digester

# Rows from the beginning of a file whose cells are kept for the preview.
PREVIEW_ROWS = 20
# Files say the same towns, dates and answers over and over: so many readings of a column are remembered. Texts may be
# long, and names seldom come twice.
REMEMBERED, REMEMBERED_TEXTS = 30_000, 2_000
_to_json = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _member_of(name: str, parse: values.Parser) -> values.Parser:
    """What reads a cell and gives it as a member of a JSON object, as `_to_json` would write it."""
    key = f'"{name}":'

    def member(cell: str) -> str:
        return key + encode_basestring(parse(cell))

    return _remembering(member, parse)


def _remembering(read: values.Parser, parse: values.Parser) -> values.Parser:
    return lru_cache(REMEMBERED_TEXTS if parse is values.text else REMEMBERED)(read)


@lru_cache(REMEMBERED)
def _is_child(born: str, today: date) -> bool:
    return values.is_child(date.fromisoformat(born))


def sealer_of(model: Any, column: str) -> Callable[[bytes], bytes]:
    """What seals plain bytes for an encrypted column."""
    field: EncryptedField = model._meta.get_field(column)
    return keyring().sealer(field.place)


class RowReader:
    """Stages the rows of one file. A subclass a kind says what a row holds beside identifiers, and in which columns."""

    filled: tuple[str, ...] = ()
    # Of rows with a common identifier one counts; the others repeat it or contradict it.
    one_row_a_person: ClassVar[bool] = False

    def __init__(self, layout: Layout, *, batch_id: int, partner_code: str, kind: str) -> None:
        self.layout = layout
        self.batch_id = batch_id
        self.partner_code = partner_code
        columns = RESOURCES[kind].columns()
        # In the order of the declaration, so that one content has one digest in whatever order a file has its columns.
        known = [(name, column, layout.position(name)) for name, column in columns.items()]
        self._columns: list[tuple[str, Column, int]] = [(n, c, p) for n, c, p in known if p is not None]
        scopes = {str(IdentifierKind.CARD): partner_code}
        self._identifying = [
            (name, f"{name}_value", keyring().digester(identifiers.digest_domain(c.identifies, scopes.get(name, ""))),
             c.parse, position)
            for name, c, position in self._columns if c.identifies
        ]  # fmt: skip
        self._width = len(layout.fields)
        self._restyled = restyler(layout.styles)
        self._seal_value, self._seal_raw = sealer_of(Identifier, "value"), sealer_of(StagedRow, "raw")

    def stage(self, number: int, row: Row) -> Staged:
        """The staged form of a row; whatever is wrong with it is its verdict and reason."""
        staged = Staged(self.batch_id, number, row.line)
        try:
            self._fill(staged, self._restyled(self._fitted(row.cells)))
        except RowRefused as refusal:
            staged.verdict = Verdict.SKIPPED if refusal.skipped else Verdict.REFUSED
            staged.reason = refusal.code
        if staged.verdict or staged.warnings or number <= PREVIEW_ROWS:
            staged.raw = self.seal_raw(row.cells)
        return staged

    def seal_raw(self, cells: Sequence[str]) -> bytes:
        """The cells as they came, without those that are never looked at, for `StagedRow.raw`."""
        kept = list(cells)
        for index in self.layout.dropped:
            if index < len(kept):
                kept[index] = ""
        return self._seal_raw(_to_json(kept).encode())

    def _fill(self, staged: Staged, cells: list[str]) -> None:
        raise NotImplementedError

    def _fitted(self, cells: list[str]) -> list[str]:
        """As many cells as the header has. Raises RowRefused where one too many is filled, or one is missing."""
        if len(cells) == self._width:
            return cells
        if len(cells) < self._width or any(cell.strip() for cell in cells[self._width :]):
            raise RowRefused("cells")
        return cells[: self._width]

    def _identify(self, staged: Staged, cells: list[str]) -> None:
        """Digests and sealed values of what names the person. Raises RowRefused when nothing usable does."""
        destroyed, seal = False, self._seal_value
        for name, sealed_name, digest, parse, position in self._identifying:
            cell = cells[position]
            if not cell or cell.isspace():
                continue
            try:
                value = parse(cell).encode()
            except Unusable as problem:
                destroyed = destroyed or (name == IdentifierKind.PHONE and problem.code == "destroyed")
                staged.warnings.append([name, problem.code])
                continue
            setattr(staged, name, digest(value))
            setattr(staged, sealed_name, seal(value))
        if destroyed:
            raise RowRefused("phone-destroyed")
        if not (staged.token or staged.card or staged.phone or staged.email):
            raise RowRefused("no-identifier")


_NAMES = frozenset({"full_name", "last_name", "first_name"})


class MemberReader(RowReader):
    """Members: what one partner says about a person, by data category."""

    one_row_a_person = True
    filled = ("nameless", "language", *(name for c in CATEGORIES for name in (c, f"{c}_digest")))

    def __init__(self, layout: Layout, *, batch_id: int, partner_code: str) -> None:
        super().__init__(layout, batch_id=batch_id, partner_code=partner_code, kind=Kind.MEMBERS)
        recorded = [(name, c, p) for name, c, p in self._columns if c.record]
        self._recorded = [(name, c.record, _member_of(name, c.parse), p) for name, c, p in recorded]
        self._read = {name: (_remembering(c.parse, c.parse), p) for name, c, p in recorded}
        self._names = [p for name, _c, p in recorded if name in _NAMES]
        self._answers = Answers(self._columns, layout)
        if self._answers.columns:
            self.filled = (*self.filled, "acts")
        self._today = clock.today()
        self._digest_columns = {category: f"{category}_digest" for category in CATEGORIES}
        self._seal_payload, self._digest_payload = sealer_of(PersonalRecord, "payload"), payload_digester()

    def _fill(self, staged: Staged, cells: list[str]) -> None:
        payloads, warnings = self._payloads(cells)
        born = self._value("birth_date", cells)
        child = bool(born) and _is_child(born, self._today)
        try:
            self._identify(staged, cells)
        except RowRefused:
            if not child:
                raise
        staged.warnings += warnings
        if child:
            self._quarantine(staged)
            return
        if staged.token is staged.phone is staged.email is None:
            staged.nameless = not any(cells[position].strip() for position in self._names)
        staged.language = self._value("language", cells)
        if self._answers.columns:
            staged.acts = self._answers.of(cells, staged.warnings)
        for category, members in payloads.items():
            plain = ("{" + ",".join(members) + "}").encode()
            setattr(staged, category, self._seal_payload(plain))
            setattr(staged, self._digest_columns[category], self._digest_payload(plain))

    def _value(self, name: str, cells: list[str]) -> str:
        """The value of a column that is read for itself too; empty where there is none."""
        if name not in self._read:
            return ""
        parse, position = self._read[name]
        try:
            return parse(cells[position]) if cells[position] else ""
        except Unusable:
            return ""

    def _payloads(self, cells: list[str]) -> tuple[dict[str, list[str]], list[list[str]]]:
        """{category: members of its JSON} of cells that say something, and warnings for those that can't be read."""
        payloads: dict[str, list[str]] = {}
        warnings: list[list[str]] = []
        for name, category, read, position in self._recorded:
            cell = cells[position]
            if not cell or cell.isspace():
                continue
            try:
                member = read(cell)
            except Unusable as problem:
                warnings.append([name, problem.code])
                continue
            if category in payloads:
                payloads[category].append(member)
            else:
                payloads[category] = [member]
        return payloads, warnings

    def _quarantine(self, staged: Staged) -> None:
        """P12: of a child nothing is made ready; the cells wait, sealed, and the digests to find them by."""
        staged.verdict, staged.reason = Verdict.QUARANTINED, "under-12"
        staged.token_value = staged.card_value = staged.phone_value = staged.email_value = None
