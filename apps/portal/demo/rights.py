"""What the demo's officers have done for requests: a name corrected, data blocked."""

from apps.accounts.models import User
from apps.cases.choices import CameBy
from apps.cases.models import Case
from apps.subjects.models import PersonalRecord
from apps.subjects.services.correct import Correction
from apps.support.choices import Topic
from apps.support.models import SupportRequest
from apps.support.services.block import block
from apps.support.services.rectify import rectify, tell

_MARRIED = "Токтосунова"


def do_what_is_asked(case: Case, actor: User) -> Case:
    """Whatever has to be done before a case of its topic is answered."""
    if case.topic not in (Topic.RECTIFICATION, Topic.RESTRICTION) or case.subject is None:
        return case
    request = SupportRequest.objects.get(pk=case.pk)
    if case.topic == Topic.RESTRICTION:
        block(request, actor=actor, reason="disputed", seen=None)
    else:
        _rename(request, actor)
    return Case.objects.get(pk=case.pk)


def _rename(request: SupportRequest, actor: User) -> None:
    """She has married: wherever her name is held. One of those who had the old one was told."""
    records = PersonalRecord.objects.standing([request.subject_id or 0]).filter(category="identity")
    named = [_corrected(row) for row in records if {"last_name", "full_name"} & row.payload.keys()]
    made = rectify(request, actor=actor, corrections=named or [Correction(name="last_name", value=_MARRIED)], seen=None)
    first = made.tellings.order_by("pk").first()
    if first is not None:
        tell(first, actor=actor, way=CameBy.EMAIL)


def _corrected(record: PersonalRecord) -> Correction:
    """Partners write the family name by itself, or before the others."""
    if "last_name" in record.payload:
        return Correction(record_id=record.pk, name="last_name", value=_MARRIED)
    others = str(record.payload["full_name"]).partition(" ")[2]
    return Correction(record_id=record.pk, name="full_name", value=f"{_MARRIED} {others}")
