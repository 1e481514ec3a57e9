"""A person's consent for a purpose as a consent record of ISO/IEC TS 27560 in DPV terms (JSON-LD)."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from apps.consents.choices import CHANNELS, EVERY_CHANNEL, State
from apps.consents.models import ConsentEvent, standing_of
from apps.consents.services.terms_27560 import (
    ANY_DATA,
    ANY_PURPOSE,
    CONTEXT,
    DATA,
    DATA_OF_PURPOSE,
    METHODS,
    PROFILE,
    STATES,
    UNKNOWN,
)
from apps.core import clock
from apps.partners.models import Recipient
from apps.policies.models import PolicyEdition
from apps.policies.registry import PURPOSE_BY_CODE
from apps.subjects.models import Subject

Json = dict[str, Any]

OPERATOR, PERSON = "amanat:operator", "dpv:DataSubject"
# Of a language that nobody recorded (ISO 639).
UNDETERMINED = "und"
# Where an operator is who has not said it more exactly.
_COUNTRY = "Кыргыз Республикасы"
_NOT_RECORDED: Json = {
    "@type": "dpv:PrivacyNotice", "dct:description": "Not recorded.", "dct:language": UNDETERMINED,
}  # fmt: skip
_RECORDS = UUID("0f5b1f3e-6a0b-4f0e-9f1c-1d1a9b7f2c55")


def consent_record(subject: Subject, purpose: str, *, channel: str = EVERY_CHANNEL, at: datetime) -> Json:
    """The record of what held for a person at a moment, by all that is known now, and of every act that led to it.

    Names the person by reference and masked identifiers. Without a channel it tells of all of them. The same question
    has the same identifier.
    """
    events = acts_of(subject, purpose, channel=channel, at=at)
    number = str(uuid5(_RECORDS, f"{subject.pk}|{purpose}|{channel}|{at.isoformat()}"))
    return {
        "@context": CONTEXT,
        "@id": f"urn:uuid:{number}",
        "@type": "dpv:ConsentRecord",
        "dct:identifier": number,
        "dct:conformsTo": PROFILE,
        "dct:created": _moment(clock.now()),
        "dct:publisher": OPERATOR,
        "dpv:hasDataSubject": _person(subject),
        "dpv:hasDataController": OPERATOR,
        "dpv:hasJurisdiction": "loc:KG",
        "dpv:hasLegalBasis": "dpv:ExpressedConsent",
        "dpv:hasNotice": _notices(events),
        "dpv:hasProcess": _process(purpose, channel),
        "dpv:hasConsentControl": {
            "@type": ["dpv:WithdrawConsent"],
            "dpv:isExercisedAt": settings.PUBLIC_BASE_URL,
            "dct:description": "By the link in any message, by phone or by letter, at any time.",
        },
        "dpv:hasEntity": [_operator()],
        "dpv:hasConsentStatus": [_status(event) for event in events] or [_nothing(at)],
        "amanat:asOf": _moment(at),
        "amanat:purpose": purpose,
        "amanat:channel": channel,
        "amanat:stateAsOf": _states(events, channel, at),
    }


def acts_of(subject: Subject, purpose: str, *, channel: str = EVERY_CHANNEL, at: datetime) -> list[ConsentEvent]:
    """Every act about a purpose that counts and was said by a moment, in order; of one channel, or of all."""
    speaking = Q(channel__in=[EVERY_CHANNEL, channel]) if channel else Q()
    events = ConsentEvent.objects.filter(speaking, subject=subject, purpose=purpose, occurred_at__lte=at, counts=True)
    return list(
        events.select_related("edition__document", "wording", "partner", "actor").order_by("occurred_at", "rank", "pk")
    )  # fmt: skip


def _person(subject: Subject) -> Json:
    masked = [row.masked for row in subject.identifiers.select_related("partner").order_by("kind", "pk")]
    return {"@id": f"urn:amanat:person:{subject.reference}", "@type": PERSON, "dct:identifier": subject.reference,
            "schema:identifier": masked}  # fmt: skip


def _operator() -> Json:
    address = settings.OPERATOR_ADDRESS or _COUNTRY
    return {
        "@id": OPERATOR,
        "@type": ["dpv:Organisation", "dpv:DataController"],
        "dct:identifier": settings.PUBLIC_BASE_URL,
        "schema:name": settings.OPERATOR_NAME,
        "schema:address": {"@type": "schema:PostalAddress", "schema:streetAddress": address},
        "schema:contactPoint": {"@type": "schema:ContactPoint", "schema:url": settings.PUBLIC_BASE_URL},
        "schema:url": settings.PUBLIC_BASE_URL,
    }


def _recipients(purpose: str) -> Iterable[Recipient]:
    return Recipient.objects.receiving_for(purpose)


def _process(purpose: str, channel: str) -> Json:
    known = PURPOSE_BY_CODE.get(purpose)
    data = DATA_OF_PURPOSE.get(purpose) or DATA.get(channel, ANY_DATA)
    until = {"@type": "dpv:UntilEventDuration", "rdf:value": "the consent ends"}
    return {
        "@type": "dpv:Process",
        "dpv:hasPurpose": {
            "@type": "dpv:Purpose", "skos:broader": known.dpv if known else ANY_PURPOSE, "dct:identifier": purpose,
            "dct:title": known.titles.en if known else purpose,
        },
        "dpv:hasPersonalData": [{"@type": "dpv:PersonalData", "skos:broader": term} for term in data],
        "dpv:hasStorageCondition": [
            {"@type": "dpv:StorageLocation", "dpv:hasLocation": "loc:KG"},
            {"@type": "dpv:StorageDuration", "dpv:hasDuration": until},
        ],
        "dpv:hasRecipient": [OPERATOR, *(f"amanat:recipient:{one.code}" for one in _recipients(purpose))],
    }  # fmt: skip


def _notices(events: Sequence[ConsentEvent]) -> list[Json]:
    """What was shown with the acts. Where nothing was recorded of that with a consent, what was in force then, if that
    can be told; never that it was seen.
    """
    editions = _published() if any(_unrecorded(event) for event in events) else []
    shown = [notice for event in events for notice in _notices_of(event, editions)]
    return [notice for number, notice in enumerate(shown) if notice not in shown[:number]] or [_NOT_RECORDED]


def _unrecorded(event: ConsentEvent) -> bool:
    return event.state in (State.GIVEN, State.REQUESTED) and not event.edition and not event.wording


def _notices_of(event: ConsentEvent, editions: Sequence[PolicyEdition]) -> Iterator[Json]:
    if event.edition:
        yield _edition(event.edition, event.language)
    if event.wording:
        yield _wording(event)
    if _unrecorded(event):
        yield _in_force(event.occurred_at, editions)


def _published() -> list[PolicyEdition]:
    """Every edition, in the order in which they came into force."""
    return list(PolicyEdition.objects.published().select_related("document").reverse())


def _in_force(at: datetime, editions: Sequence[PolicyEdition]) -> Json:
    """The edition in force at the moment of an act. Where several documents had one, it can't be told which of them
    the act was about.
    """
    by_document = {
        edition.document_id: edition for edition in editions if edition.effective_at and edition.effective_at <= at
    }
    if len(by_document) != 1:
        return _NOT_RECORDED
    (edition,) = by_document.values()
    known = {"@type": "dpv:PrivacyNotice", "dct:description": "In force then; whether it was seen is not recorded."}
    return {**_edition(edition, ""), **known}


def address_of(edition: PolicyEdition) -> str:
    """Where everybody can read an edition, for ever."""
    return f"{settings.PUBLIC_BASE_URL}{reverse('policy_edition', args=[edition.document_id, edition.number])}"


def _edition(edition: PolicyEdition, language: str) -> Json:
    text = getattr(edition, f"text_{language}", "") if language else edition.text_ky
    return {
        "@id": address_of(edition),
        "@type": "dpv:ConsentNotice",
        "dct:title": edition.document.title_en,
        "dct:hasVersion": str(edition.number),
        "dct:date": _moment(edition.effective_at) if edition.effective_at else "",
        "dct:language": language or UNDETERMINED,
        "amanat:sha256": hashlib.sha256(text.encode()).hexdigest(),
    }


def _wording(event: ConsentEvent) -> Json:
    assert event.wording is not None
    return {
        "@id": f"urn:amanat:wording:{bytes(event.wording.digest).hex()}", "@type": "dpv:ConsentNotice",
        "dct:description": event.wording.text, "dct:language": event.language or UNDETERMINED,
    }  # fmt: skip


def _status(event: ConsentEvent) -> Json:
    """One act as an event of the record."""
    source = {"amanat:reportedBy": event.partner.code} if event.partner else {}
    row = {"amanat:fileRow": f"F-{event.batch}:{event.row}"} if event.batch else {}
    told = {"dpv:hasNotice": address_of(event.edition)} if event.edition else {}
    return {
        "@id": f"urn:amanat:consent-event:{event.pk}",
        "@type": [STATES[State(event.state)], "dpv:ExpressedConsent"],
        "dpv:isIndicatedAtTime": _moment(event.occurred_at),
        "dpv:isIndicatedBy": OPERATOR if event.state in (State.REQUESTED, State.REVOKED, State.INVALIDATED) else PERSON,
        "dpv:hasIndicationMethod": METHODS[event.medium],
        "dpv:hasDuration": _duration(event),
        "dct:language": event.language or UNDETERMINED,
        "amanat:channel": event.channel,
        "amanat:recordedAt": _moment(event.recorded_at),
        **source, **row, **told,
    }  # fmt: skip


def _duration(event: ConsentEvent) -> Json:
    if event.expires_at:
        return {"@type": "dpv:UntilTimeDuration", "rdf:value": _moment(event.expires_at)}
    if event.state == State.GIVEN:
        return {"@type": "dpv:EndlessDuration", "rdf:value": "until it is withdrawn"}
    return {"@type": "dpv:UntilEventDuration", "rdf:value": "the person decides anew"}


def _nothing(at: datetime) -> Json:
    return {
        "@type": [UNKNOWN, "dpv:ExpressedConsent"], "dpv:isIndicatedAtTime": _moment(at), "dpv:isIndicatedBy": OPERATOR,
        "dpv:hasDuration": {"@type": "dpv:UntilEventDuration", "rdf:value": "something is recorded"},
    }  # fmt: skip


def _states(events: Sequence[ConsentEvent], channel: str, at: datetime) -> list[Json]:
    """What held, for the channel, or for every one of them."""
    places = [channel] if channel else [EVERY_CHANNEL, *sorted({event.channel for event in events} - {EVERY_CHANNEL})]
    return [_state(events, place, at) for place in places if channel or place in (EVERY_CHANNEL, *CHANNELS)]


def _state(events: Sequence[ConsentEvent], channel: str, at: datetime) -> Json:
    standing = standing_of(events, at, channel)
    if standing is None:
        return {"amanat:channel": channel, "dpv:hasConsentStatus": UNKNOWN}
    return {
        "amanat:channel": channel, "dpv:hasConsentStatus": STATES[standing.state],
        "amanat:since": _moment(standing.since), "amanat:by": f"urn:amanat:consent-event:{standing.event.pk}",
    }  # fmt: skip


def _moment(at: datetime) -> str:
    """ISO 8601 in UTC, as the standard wants it."""
    return at.astimezone(UTC).isoformat()
