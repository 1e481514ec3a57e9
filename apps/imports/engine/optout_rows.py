"""From cells to a staged row of opt-outs: who may not be written to, by which channel, since when."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from apps.core import clock
from apps.core.choices import Channel, IdentifierKind
from apps.core.identifiers import Unusable
from apps.imports.choices import Kind
from apps.imports.engine import formats, values
from apps.imports.engine.channels import CHANNELS
from apps.imports.engine.layout import Layout
from apps.imports.engine.refusals import RowRefused
from apps.imports.engine.rows import RowReader, sealer_of
from apps.imports.engine.sayings import Sayings
from apps.imports.engine.staged import Staged
from apps.optouts.models import OptOutNote


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
