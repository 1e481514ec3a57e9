"""What stages the rows of each kind of file."""

from collections.abc import Callable

from apps.imports.choices import Kind
from apps.imports.engine.activity import ActivityReader
from apps.imports.engine.consent_rows import ConsentReader
from apps.imports.engine.inbound import InboundReader
from apps.imports.engine.optout_rows import OptOutReader
from apps.imports.engine.rows import MemberReader, RowReader

# Makes the reader of one file: of a layout, `batch_id`, `partner_code`, and what the kind has to know of the registers.
ReaderOfKind = Callable[..., RowReader]

READERS: dict[str, ReaderOfKind] = {
    Kind.MEMBERS: MemberReader,
    Kind.OPTOUTS: OptOutReader,
    Kind.ACTIVITY: ActivityReader,
    Kind.INBOUND_SMS: InboundReader,
    Kind.CONSENTS: ConsentReader,
}
