"""What placeholders stand for in a case, in the language of whoever is answered."""

from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format

from apps.cases.justifications import RefusalReason
from apps.cases.models import Case
from apps.cases.placeholders import Placeholder
from apps.core import clock
from apps.policies.contacts import contacts
from apps.policies.deadlines import shown_reference
from apps.subjects.models import PersonalRecord

Values = dict[str, str | None]
COVERED = "•••"
IDENTITY = "identity"  # the data category that holds names (P02)


def language_of(case: Case) -> str:
    """The language in which a case is answered."""
    workflow = case.workflow
    if workflow.language_of is not None:
        return workflow.language_of(case.own)
    return (case.subject.language if case.subject else "") or settings.LANGUAGE_CODE


def values_of(case: Case, language: str) -> Values:
    """Everything that is not personal. None where it has no value in this case."""
    with translation.override(language):
        reached = contacts()
        phones = ", ".join(phone.shown for phone in reached.phones)
        lines = [phones, reached.email, reached.address, reached.hours]
        return {
            Placeholder.REFERENCE: case.reference, Placeholder.ABOUT: case.title,
            Placeholder.RECEIVED: _day(case.received_at), Placeholder.DUE: _day(case.due_at),
            Placeholder.DAYS: str(case.extra) if case.extended_at else None, Placeholder.TODAY: _day(clock.now()),
            Placeholder.REASON: _waiting(case),
            Placeholder.LEGAL_REFERENCE: (case.rule.reference if case.rule else "") or None,
            Placeholder.OPERATOR: settings.OPERATOR_NAME,
            Placeholder.CONTACTS: "\n".join(line for line in lines if line),
            Placeholder.PHONES: phones, Placeholder.EMAIL: reached.email,
        }  # fmt: skip


def refusal_values(reason: str, legal_ref: str, language: str) -> Values:
    """What a refusal adds; None where it is not said yet."""
    with translation.override(language):
        why = str(RefusalReason(reason).label) if reason in RefusalReason.values else None
        return {Placeholder.REASON: why, Placeholder.LEGAL_REFERENCE: shown_reference(legal_ref) or None}


def personal_values(case: Case) -> Values:
    """The person's own; shown to whoever may read the case's texts, and filled in as a message is kept."""
    return {Placeholder.NAME: _name(case)}


def covered_values() -> Values:
    """What stands in their place for everybody else."""
    return {Placeholder.NAME: COVERED}


def _day(moment: Any) -> str | None:
    return str(date_format(timezone.localdate(moment), "SHORT_DATE_FORMAT")) if moment else None


def _waiting(case: Case) -> str | None:
    pause = case.pauses.running().first() if case.paused_at else None
    return str(pause.get_reason_display()) if pause else None


def _name(case: Case) -> str | None:
    if case.subject_id is None:
        return None
    held = PersonalRecord.objects.standing([case.subject_id]).filter(category=IDENTITY).first()
    said = held.payload if held else {}
    parts = [said.get(part) for part in ("last_name", "first_name", "middle_name")]
    return said.get("full_name") or " ".join(str(part) for part in parts if part) or None
