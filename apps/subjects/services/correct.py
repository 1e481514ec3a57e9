"""Correcting what is held about a person, because they say that it is wrong (rectification)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.core import clock, identifiers
from apps.core.choices import IdentifierKind
from apps.core.errors import NotPossible
from apps.partners.models import Partner
from apps.subjects import actions
from apps.subjects.choices import Source
from apps.subjects.models import Identifier, PersonalRecord, Subject
from apps.subjects.services.awaiting import block_if_awaited
from apps.subjects.services.bulk import payload_digester
from apps.subjects.services.locking import lock
from apps.subjects.services.move_identifier import MOVABLE
from apps.subjects.services.restrict import promise

CORRECTABLE = ("identity", "address")  # categories of what people say of themselves; the others are what happened
LONGEST = 300


@dataclass(frozen=True, kw_only=True)
class Correction:
    """A new value. Of an identifier, or of the member `name` of a record; with neither it goes to the operator's own
    record of the category `identity`, which is made where it is missing. Kept out of the repr: error reports print it.
    """

    value: str = field(repr=False)
    name: str = ""
    record_id: int | None = None
    identifier_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Change:
    """What became of it: the data category, the origin whose word it was (None: nobody's but the person's), values."""

    category: str
    name: str
    before: str = field(repr=False)
    after: str = field(repr=False)
    partner: Partner | None = None


@transaction.atomic
def correct(*, actor: User, subject: Subject, corrections: Sequence[Correction]) -> list[Change]:
    """Change these values of a person, all or none. What is right already is left alone.

    A corrected record is true as of now, so that no older file brings the wrong value back. Raises NotPossible for what
    is somebody else's, gone, or no value; PermissionDenied.
    """
    require(actor, "subjects.change_identifier")
    (subject,) = lock(subject)
    found = [_correct(subject, correction) for correction in corrections]
    changes = [change for change in found if change is not None]
    if changes:
        record(actor, actions.CORRECT, subject, fields=sorted({change.name for change in changes}))
    return changes


def _correct(subject: Subject, correction: Correction) -> Change | None:
    value = " ".join(correction.value.split())
    if not value or len(value) > LONGEST:
        raise NotPossible(_("This is no value. Type what it should be."))
    if correction.identifier_id is not None:
        return _correct_identifier(subject, correction.identifier_id, value)
    return _correct_record(subject, correction, value)


def _correct_record(subject: Subject, correction: Correction, value: str) -> Change | None:
    row = _record_of(subject, correction.record_id)
    payload: dict[str, Any] = dict(row.payload)
    before = str(payload.get(correction.name, ""))
    if before == value:
        return None
    payload[correction.name] = value
    row.payload, row.observed_at = payload, clock.now()
    row.recorded_at = row.observed_at
    plain = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    row.payload_digest = payload_digester()(plain.encode())
    row.save()
    partner = None if row.partner.code == Partner.OPERATOR else row.partner
    return Change(category=row.category_id, name=correction.name, before=before, after=value, partner=partner)


def _record_of(subject: Subject, record_id: int | None) -> PersonalRecord:
    """The record, held; the operator's own where none is named, made where there is none yet."""
    rows = PersonalRecord.objects.select_for_update(of=("self",)).select_related("partner").filter(subject=subject)
    if record_id is not None:
        found = rows.filter(pk=record_id, category__in=CORRECTABLE, superseded_at=None).first()
        if found is None:
            raise NotPossible(_("This record is no longer there. Look again."))
        return found
    operator = Partner.objects.get(code=Partner.OPERATOR)
    own = rows.filter(partner=operator, category="identity", key=b"").first()
    return own or PersonalRecord(
        subject=subject, partner=operator, category_id="identity", source=Source.SUPPORT, payload={}
    )


def _correct_identifier(subject: Subject, identifier_id: int, value: str) -> Change | None:
    row = subject.identifiers.select_for_update(of=("self",)).filter(pk=identifier_id, kind__in=MOVABLE).first()
    if row is None:
        raise NotPossible(_("This record is no longer there. Look again."))
    try:
        value = identifiers.normalise(row.kind, value)
    except identifiers.Unusable:
        raise NotPossible(_("This is no complete value. Check it and type all of it.")) from None
    before = row.value
    if value == before:
        return None
    row.value, row.digest, row.created_at = value, identifiers.digest(row.kind, value), clock.now()
    _store(row)
    _keep_blocked(subject, row)
    category = "phone" if row.kind == IdentifierKind.PHONE else "email"
    return Change(category=category, name=row.kind, before=before, after=value)


def _store(row: Identifier) -> None:
    """Raises NotPossible, naming whose the value is."""
    try:
        with transaction.atomic():
            row.save(update_fields=["value", "digest", "created_at"])
    except IntegrityError:
        owner = Identifier.objects.filter(kind=row.kind, digest=row.digest).values_list("subject_id", flat=True).first()
        message = _("This value belongs to P-%(pk)s already. Open that person, or merge the two.")
        raise NotPossible(message % {"pk": owner}) from None


def _keep_blocked(subject: Subject, row: Identifier) -> None:
    """Whoever is blocked stays so under the new value too, also after a restore; and so does whoever is awaited."""
    if subject.restricted:
        since = subject.restricted_at
        promise(subject, subject.restriction_reason)
        subject.restricted_at = since
        subject.save(update_fields=["restricted_at"])
    block_if_awaited(subject, [bytes(row.digest)])
