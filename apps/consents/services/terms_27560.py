"""Our words in those of the W3C Data Privacy Vocabulary, and the fields of a consent record (ISO/IEC TS 27560:2023).

What a field is called and which must be there follows the guide "Consent Records and Receipts as per ISO/IEC TS
27560:2023 using DPV" of the W3C Data Privacy Vocabularies and Controls Community Group.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.consents.choices import Medium, State
from apps.core.choices import Channel

PROFILE = "https://w3id.org/dpv/schema/dpv-27560#record"
CONTEXT = {
    "dpv": "https://w3id.org/dpv#",
    "pd": "https://w3id.org/dpv/pd#",
    "loc": "https://w3id.org/dpv/loc#",
    "dct": "http://purl.org/dc/terms/",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "amanat": "urn:amanat:terms:",
}

STATES = {
    State.REQUESTED: "dpv:ConsentRequested", State.GIVEN: "dpv:ConsentGiven", State.REFUSED: "dpv:ConsentRefused",
    State.WITHDRAWN: "dpv:ConsentWithdrawn", State.REVOKED: "dpv:ConsentRevoked", State.EXPIRED: "dpv:ConsentExpired",
    State.INVALIDATED: "dpv:ConsentInvalidated",
}  # fmt: skip
UNKNOWN = "dpv:ConsentUnknown"
# A guide of the vocabulary says "terminated" for what another party than the person ends.
STATE_WORDS: dict[str, str | Promise] = {
    **{term: state.label for state, term in STATES.items()},
    "dpv:ConsentTerminated": State.REVOKED.label,
    "dpv:RenewedConsentGiven": State.GIVEN.label,
    "dpv:ConsentRequestDeferred": State.REQUESTED.label,
    UNKNOWN: _("Nothing is recorded"),
}
# Of a purpose that the register of purposes, which has the terms of the others, does not know.
ANY_PURPOSE = "dpv:Purpose"
# What is used when somebody is written to by a channel.
DATA: dict[str, list[str]] = {
    Channel.EMAIL: ["pd:EmailAddress"], Channel.SMS: ["pd:TelephoneNumber"], Channel.CALL: ["pd:TelephoneNumber"],
    Channel.MESSENGER: ["pd:TelephoneNumber"], Channel.PUSH: ["pd:UID"],
}  # fmt: skip
DATA_OF_PURPOSE = {"geolocation": ["pd:GPSCoordinate"]}
ANY_DATA = ["pd:TelephoneNumber", "pd:EmailAddress"]
METHODS: dict[str, str] = {
    Medium.PHONE: "phone call", Medium.LETTER: "letter or e-mail", Medium.APP: "settings of the application",
    Medium.FORM: "form", Medium.LINK: "link in a message", Medium.SMS: "reply by SMS", Medium.FILE: "partner's file",
}  # fmt: skip

# Fields that TS 27560 marks as mandatory, by the names of the guide.
MANDATORY: dict[str, str | Promise] = {
    "schema version": _("version of the schema"),
    "record id": _("identifier of the record"),
    "pii principal id": _("identifier of the person"),
    "privacy notice": _("notice that was shown"),
    "language": _("language of the notice"),
    "purpose": _("purpose"),
    "pii information": _("personal data"),
    "pii type": _("kind of personal data"),
    "pii controllers": _("operator"),
    "storage locations": _("where it is stored"),
    "retention period": _("how long it is kept"),
    "jurisdiction": _("jurisdiction"),
    "recipient third parties": _("recipients"),
    "withdrawal method": _("how it can be withdrawn"),
    "party id": _("identifier of the operator"),
    "party name": _("name of the operator"),
    "party address": _("address of the operator"),
    "party contact": _("how to reach the operator"),
    "party type": _("role of the operator"),
    "event time": _("time of the act"),
    "validity duration": _("how long it is valid"),
    "entity id": _("who acted"),
    "event type": _("kind of consent"),
    "event state": _("state"),
}
