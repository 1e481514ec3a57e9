"""Rows of SMS replies: a word that refuses, or a text that somebody has to read."""

from apps.core.choices import Channel
from apps.imports.choices import Kind
from apps.imports.engine.layout import Layout
from apps.imports.engine.optout_rows import OptOutReader
from apps.imports.engine.staged import Staged
from apps.optouts.choices import Reason
from apps.optouts.models import OptOutNote
from apps.optouts.services.sms_words import is_refusal
from apps.policies.registry import ADVERTISING

MAX_REPLY = 5_000
MAX_NUMBER = 40
_TEXT = OptOutNote._meta.get_field("text")


class InboundReader(OptOutReader):
    """A row that refuses has a scope, as a row of opt-outs; any other has its text as the note, and in place of a
    campaign the number that it was sent to.
    """

    def __init__(self, layout: Layout, *, batch_id: int, partner_code: str) -> None:
        super().__init__(layout, batch_id=batch_id, partner_code=partner_code, kind=Kind.INBOUND_SMS)

    def _fill(self, staged: Staged, cells: list[str]) -> None:
        self._identify(staged, cells)
        staged.occurred_at = self._occurred(staged, self._cell(cells, "occurred_at"))
        text = self._cell(cells, "text")[:MAX_REPLY]
        if is_refusal(text):
            staged.channel, staged.purpose, staged.optout_reason = Channel.SMS, ADVERTISING, Reason.REFUSAL
        else:
            staged.note = _TEXT.seal(text)
            staged.campaign = self._cell(cells, "sent_to")[:MAX_NUMBER]
