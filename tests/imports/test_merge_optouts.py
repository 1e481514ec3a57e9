"""What merging a file of opt-outs leaves beside the suppressions: its entry in the audit."""

from apps.audit.models import Entry
from apps.imports.choices import Kind
from apps.imports.services.deciding import confirm
from apps.imports.services.merging import merge_batch
from apps.optouts.models import OptOutEvent
from tests.imports.test_decide import taken_in

FILE = "phone,channel\n0555123401,sms\n0555123402,sms\n"


def test_what_a_file_said_is_recorded_as_coming_from_it(partner):
    batch = taken_in(partner, FILE, kind=Kind.OPTOUTS)
    confirm(actor=None, batch_id=batch.pk)
    merge_batch(batch_id=batch.pk)
    assert OptOutEvent.objects.filter(batch=batch.pk).count() == 2
    entry = Entry.objects.get(action="optouts.from-file")
    assert entry.facts == {"events": 2, "suppressions": 2, "batch": batch.pk}
    assert not Entry.objects.filter(action="optouts.restore").exists()
