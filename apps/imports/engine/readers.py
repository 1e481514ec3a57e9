"""What stages the rows of each kind of file."""

from typing import Any, Protocol

from apps.imports.choices import Kind
from apps.imports.engine.activity import ActivityReader
from apps.imports.engine.consent_rows import ConsentReader
from apps.imports.engine.inbound import InboundReader
from apps.imports.engine.layout import Layout
from apps.imports.engine.optout_rows import OptOutReader
from apps.imports.engine.rows import MemberReader, RowReader


class ReaderOfKind(Protocol):
    """Makes the reader of one file."""

    def __call__(self, layout: Layout, *, batch_id: int, partner_code: str, **known: Any) -> RowReader:
        """The reader of a file with this layout. `known` is what the kind has to know of the registers."""


READERS: dict[str, ReaderOfKind] = {
    Kind.MEMBERS: MemberReader,
    Kind.OPTOUTS: OptOutReader,
    Kind.ACTIVITY: ActivityReader,
    Kind.INBOUND_SMS: InboundReader,
    Kind.CONSENTS: ConsentReader,
}
