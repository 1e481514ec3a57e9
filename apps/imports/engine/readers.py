"""What stages the rows of each kind of file."""

from typing import Protocol

from apps.imports.choices import Kind
from apps.imports.engine.activity import ActivityReader
from apps.imports.engine.inbound import InboundReader
from apps.imports.engine.layout import Layout
from apps.imports.engine.rows import MemberReader, OptOutReader, RowReader


class ReaderOfKind(Protocol):
    """Makes the reader of one file."""

    def __call__(self, layout: Layout, *, batch_id: int, partner_code: str) -> RowReader:
        """The reader of a file with this layout."""


READERS: dict[str, ReaderOfKind] = {
    Kind.MEMBERS: MemberReader,
    Kind.OPTOUTS: OptOutReader,
    Kind.ACTIVITY: ActivityReader,
    Kind.INBOUND_SMS: InboundReader,
}
