"""From cells to a staged row: normalised, digested, sealed; refused, skipped or put in quarantine where it must be."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import lru_cache
from json import JSONEncoder
from json.encoder import encode_basestring
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings

from apps.core import clock, identifiers
from apps.core.choices import IdentifierKind
from apps.core.fields import EncryptedField
from apps.core.identifiers import Unusable
from apps.core.keyring import keyring
from apps.imports.choices import Kind, Verdict
from apps.imports.engine import formats, values
from apps.imports.engine.columns import Column
from apps.imports.engine.layout import Layout
from apps.imports.engine.refusals import RowRefused
from apps.imports.engine.resources import RESOURCES
from apps.imports.engine.sayings import Sayings
from apps.imports.engine.staged import Staged
from apps.imports.engine.styles import restyler
from apps.imports.engine.table import Row
from apps.imports.models import StagedRow
from apps.optouts.choices import Channel
from apps.optouts.models import OptOutNote
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

    filled: ClassVar[tuple[str, ...]] = ()
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
        self._today = clock.today()
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
        if not (staged.token or staged.phone or staged.email):
            staged.nameless = not any(cells[position].strip() for position in self._names)
        staged.language = self._value("language", cells)
        for category, members in payloads.items():
            plain = ("{" + ",".join(members) + "}").encode()
            setattr(staged, category, self._seal_payload(plain))
            setattr(staged, f"{category}_digest", self._digest_payload(plain))

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


_CHANNEL_WORDS = {
    Channel.EMAIL: "email|e-mail|mail|почта|эл.почта|эл. почта|электронная почта|электрондук почта|кат",
    Channel.SMS: "sms|смс|смска|сообщение|билдирүү|sms-билдирүү|sms билдирүү",
    Channel.PUSH: "push|пуш|push-уведомления|пуш-уведомления|пуш-билдирүү|пуш билдирүү",
    Channel.CALL: "call|calls|phone|звонок|звонки|телефон|чалуу|чалуулар",
    Channel.MESSENGER: "messenger|whatsapp|telegram|viber|мессенджер|мессенджеры|мессенжер",
    Channel.ALL: "all|any|every|все|всё|все каналы|любой|бардыгы|баары|бардык каналдар",
}
CHANNELS = {word: channel for channel, words in _CHANNEL_WORDS.items() for word in words.split("|")}


class OptOutReader(RowReader):
    """Opt-outs: who may not be written to, by which channel, since when, and what they said."""

    filled = ("channel", "purpose", "optout_reason", "occurred_at", "campaign", "note", "also")

    def __init__(self, layout: Layout, *, batch_id: int, partner_code: str, kind: str = Kind.OPTOUTS) -> None:
        super().__init__(layout, batch_id=batch_id, partner_code=partner_code, kind=kind)
        self._format = formats.BY_CODE[layout.format]
        self._status = layout.status_positions()
        self._at = {name: position for name, _column, position in self._columns}
        self._sayings = Sayings(layout, self._format.sayings)
        self._seal_note = sealer_of(OptOutNote, "text")
        self._zone = self._format.zone or ZoneInfo(settings.TIME_ZONE)

    def _fill(self, staged: Staged, cells: list[str]) -> None:
        if self._format.sayings:
            self._fill_sayings(staged, cells)
            return
        outcome = self._format.outcome("/".join(cells[position].strip() for position in self._status))
        if outcome.skip:
            raise RowRefused(outcome.skip, skipped=True)
        self._identify(staged, cells)
        staged.purpose, staged.optout_reason = outcome.purpose, outcome.reason
        staged.channel = self._channel(staged, self._cell(cells, "channel"))
        staged.occurred_at = self._occurred(staged, self._cell(cells, "occurred_at"))
        staged.campaign = self._cell(cells, "campaign")[:60]
        note = self._cell(cells, "note")[: values.MAX_TEXT]
        staged.note = self._seal_note(note.encode()) if note else None
        self._aim(staged)

    def _fill_sayings(self, staged: Staged, cells: list[str]) -> None:
        """The first fact lies in the row's own columns; each further one names its identifier's digest."""
        said, staged.warnings = self._sayings.of(cells)
        facts = [(s, outcome) for s, outcome in said if not outcome.skip and self._cell(cells, s.kind)]
        if not facts:
            soft = any(outcome == formats.SOFT for _saying, outcome in said)
            raise RowRefused((formats.SOFT if soft else formats.NOTHING).skip, skipped=True)
        self._identify(staged, cells)
        digests = {IdentifierKind.EMAIL.value: staged.email, IdentifierKind.PHONE.value: staged.phone}
        usable = [(saying, outcome, digest) for saying, outcome in facts if (digest := digests[saying.kind])]
        if not usable:
            raise RowRefused("no-identifier")
        (first, outcome, _digest), *others = usable
        staged.channel, staged.purpose, staged.optout_reason = first.channel, outcome.purpose, outcome.reason
        setattr(staged, "phone" if first.kind == IdentifierKind.EMAIL else "email", None)
        staged.also = [[s.kind, digest.hex(), s.channel, o.purpose, o.reason] for s, o, digest in others]

    def _cell(self, cells: list[str], name: str) -> str:
        position = self._at.get(name)
        return "" if position is None else cells[position].strip()

    def _channel(self, staged: Staged, text: str) -> str:
        """A channel that can't be read counts as every one: a refusal may become stronger on its way, not weaker."""
        if not text:
            return self._format.channel
        channel = CHANNELS.get(" ".join(text.casefold().split()))
        if channel is None:
            staged.warnings.append(["channel", "malformed"])
        return channel or Channel.ALL

    def _occurred(self, staged: Staged, text: str) -> datetime | None:
        if not text:
            return None
        try:
            moment = values.parse_moment(text, self._zone)
        except Unusable as problem:
            staged.warnings.append(["occurred_at", problem.code])
            return None
        if moment > clock.now():
            staged.warnings.append(["occurred_at", "future"])
            return None
        return moment

    def _aim(self, staged: Staged) -> None:
        """Of several identifiers leave those that the channel reaches the person by; with one there is no choice."""
        if staged.channel == Channel.EMAIL and staged.email:
            staged.token = staged.card = staged.phone = None
        elif staged.channel not in {Channel.EMAIL, Channel.ALL} and (staged.token or staged.card or staged.phone):
            staged.email = None
