"""Which of the fields that ISO/IEC TS 27560 marks as mandatory a consent record has."""

from collections.abc import Callable
from typing import Any

from apps.consents.services.reading_27560 import anywhere, as_list, is_type, many, types
from apps.consents.services.terms_27560 import MANDATORY, STATE_WORDS

_STATES = frozenset(term.partition(":")[2] for term in STATE_WORDS)
_CONSENTS = frozenset({
    "ExpressedConsent", "ExplicitlyExpressedConsent", "InformedConsent", "ImpliedConsent", "UninformedConsent",
    "Consent", "A6-1-a", "A9-2-a",
})  # fmt: skip


def statuses(record: dict[str, Any]) -> list[Any]:
    """The events of a record."""
    return many(record, "hasConsentStatus", "hasStatus")


def processes(record: dict[str, Any]) -> list[Any]:
    """Its processing, and what processing it is made of; the record itself where it has none."""
    found = [node for node in anywhere(record, "hasProcess") if isinstance(node, dict)]
    return found or [record]


def _each_status(record: dict[str, Any], *names: str) -> bool:
    events = statuses(record)
    return bool(events) and all(many(event, *names) for event in events)


def _storage(record: dict[str, Any], kind: str) -> bool:
    return any(is_type(node, kind) for node in anywhere(record, "hasStorageCondition"))


def _party(record: dict[str, Any], *names: str) -> bool:
    parties = [*many(record, "hasEntity"), *many(record, "hasDataController")]
    return any(many(party, *names) for party in parties)


def _controlled(record: dict[str, Any]) -> bool:
    return any(is_type(control, "WithdrawConsent") for control in anywhere(record, "hasConsentControl"))


def _consent_type(record: dict[str, Any]) -> bool:
    stated = {name for basis in anywhere(record, "hasLegalBasis") for name in types(basis)}
    told = {name for event in statuses(record) for name in types(event)}
    return bool((stated | told) & _CONSENTS)


def _has(*names: str) -> Callable[[dict[str, Any]], bool]:
    return lambda record: any(as_list(value) for value in anywhere(record, *names))


def _top(*names: str) -> Callable[[dict[str, Any]], bool]:
    return lambda record: bool(many(record, *names))


_CHECKS: dict[str, Callable[[dict[str, Any]], bool]] = {
    "schema version": _top("conformsTo"),
    "record id": _top("identifier", "hasIdentifier"),
    "pii principal id": _top("hasDataSubject"),
    "privacy notice": _has("hasNotice"),
    "language": lambda record: any(many(notice, "language") for notice in anywhere(record, "hasNotice")),
    "purpose": _has("hasPurpose"),
    "pii information": _has("hasPersonalData"),
    "pii type": lambda record: all(
        isinstance(data, str) or many(data, "broader") or set(types(data)) - {"PersonalData"}
        for data in anywhere(record, "hasPersonalData")
    ) and _has("hasPersonalData")(record),
    "pii controllers": _has("hasDataController"),
    "storage locations": lambda record: _storage(record, "StorageLocation"),
    "retention period": lambda record: _storage(record, "StorageDuration"),
    "jurisdiction": _has("hasJurisdiction"),
    "recipient third parties": _has("hasRecipient", "hasThirdParty"),
    "withdrawal method": _controlled,
    "party id": lambda record: _party(record, "@id", "identifier", "hasIdentifier"),
    "party name": lambda record: _party(record, "name", "hasName"),
    "party address": lambda record: _party(record, "address", "hasAddress", "streetAddress"),
    "party contact": lambda record: _party(record, "contactPoint", "hasContact", "email", "telephone"),
    "party type": lambda record: _party(record, "@type"),
    "event time": lambda record: _each_status(record, "isIndicatedAtTime", "date"),
    "validity duration": lambda record: _each_status(record, "hasDuration"),
    "entity id": lambda record: _each_status(record, "isIndicatedBy"),
    "event type": _consent_type,
    "event state": lambda record: bool(statuses(record))
        and all(set(types(event)) & _STATES for event in statuses(record)),
}  # fmt: skip
assert _CHECKS.keys() == MANDATORY.keys()


def missing_fields(record: dict[str, Any]) -> list[str]:
    """The mandatory fields that a record does not have, by their names in the guide, in its order."""
    return [name for name, check in _CHECKS.items() if not check(record)]
