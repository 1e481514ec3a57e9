"""Keys that are changed while a file waits for confirmation: its rows come in under the new one."""

from apps.core.rotation import rotate_all
from apps.imports.models import StagedRow
from apps.imports.services.deciding import confirm
from apps.imports.services.merging import merge_batch
from apps.subjects.models import Identifier, PersonalRecord
from tests.imports.test_decide import taken_in
from tests.keys import NEW, OLD

FILE = "phone,email,full name,points,address\n0555123401,ada@example.kg,Ада Осмонова,5,Ленина 1\n"


def test_rows_that_wait_are_rotated_with_everything_else(partner, use_keys):
    batch = taken_in(partner, FILE)
    assert bytes(StagedRow.objects.get().phone_value)[0] == 7
    use_keys(NEW, OLD)
    assert sum(figures.left for figures in rotate_all()) == 0
    assert bytes(StagedRow.objects.get().phone_value)[0] == 8
    use_keys(NEW)
    confirm(actor=None, batch_id=batch.pk)
    merge_batch(batch_id=batch.pk)
    assert {i.kind: i.value for i in Identifier.objects.all()} == {"phone": "+996555123401", "email": "ada@example.kg"}
    payloads = {record.category_id: record.payload for record in PersonalRecord.objects.all()}
    assert payloads["identity"] == {"full_name": "Ада Осмонова"}
    assert payloads["points"] == {"points": "5"}
    assert payloads["address"] == {"address": "Ленина 1"}
