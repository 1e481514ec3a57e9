"""Proofs of consent: consent records with a seal that nobody makes without our key, and what a sealed one is worth."""

import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record as record_entry
from apps.consents import actions
from apps.consents.choices import EVERY_CHANNEL
from apps.consents.services.reading_27560 import Document, local, read_document
from apps.consents.services.record_27560 import Json, consent_record
from apps.core.keyring import keyring
from apps.subjects.models import Subject
from apps.subjects.services.locking import lock

SEAL = "amanat:seal"
ALGORITHM = "HMAC-SHA256"
_DOMAIN = "consent proof"
# What of an act has to be the same today for a record to be what the ledger says; the rest tells of its evidence.
_ACT = ("@id", "@type", "dpv:isIndicatedAtTime", "dpv:hasDuration", "amanat:channel")


class Verdict(models.TextChoices):
    """What a record is worth."""

    HOLDS = "holds", _("Ours, unchanged, and still what the ledger says")
    OVERTAKEN = "overtaken", _("Ours and unchanged, but the ledger knows more by now")
    GONE = "gone", _("Ours and unchanged, but the person is no longer in the ledger")
    ALTERED = "altered", _("Not as we made it: something was changed")
    FOREIGN = "foreign", _("Not ours: a record of somebody else")


@dataclass(frozen=True)
class Verified:
    """What a document is worth, what it says, and which of the person's acts it does not know or knows otherwise."""

    verdict: Verdict
    document: Document
    differing: list[Json] = field(default_factory=list)


@transaction.atomic
def make_proof(
    *, actor: User, subject: Subject, purpose: str, channel: str = EVERY_CHANNEL, at: datetime
) -> Json:  # fmt: skip
    """A sealed consent record of a person, a purpose and a channel (all) as of a moment. Raises PermissionDenied, and
    NotPossible for a person who is not there.
    """
    require(actor, "consents.prove_consent")
    (subject,) = lock(subject)
    made = sealed(consent_record(subject, purpose, channel=channel, at=at))
    where = {"channel": channel} if channel else {}
    record_entry(actor, actions.PROVED, subject, purpose=purpose, as_of=at, **where)
    return made


def canonical(content: Json) -> bytes:
    """The bytes that are sealed: all but the seal, keys in order, no space, in UTF-8."""
    bare = {key: value for key, value in content.items() if key != SEAL}
    return json.dumps(bare, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sealed(content: Json) -> Json:
    """A record with its seal."""
    digest = keyring().mac(_DOMAIN, canonical(content)).hex()
    return {**content, SEAL: {"@type": "amanat:KeyedDigest", "amanat:algorithm": ALGORITHM, "amanat:digest": digest}}


def digest_of(content: Json) -> str:
    """The digest in a record's seal; empty where it has none."""
    seal = content.get(SEAL)
    found = seal.get("amanat:digest") if isinstance(seal, dict) else None
    return found if isinstance(found, str) else ""


def verify_text(text: str) -> Verified:
    """What a consent record in a file is worth. Raises Unreadable for what is none."""
    document = read_document(text)
    content = document.content
    digest = digest_of(content)
    if not digest:
        return Verified(Verdict.ALTERED if _claims_to_be_ours(content) else Verdict.FOREIGN, document)
    ours = keyring().mac(_DOMAIN, canonical(content)).hex()
    if not document.exact or not hmac.compare_digest(ours.encode(), digest.encode()):
        return Verified(Verdict.ALTERED, document)
    return _against_the_ledger(document)


def _claims_to_be_ours(content: dict[str, Any]) -> bool:
    return any(key.startswith("amanat:") for key in content)


def _against_the_ledger(document: Document) -> Verified:
    content = document.content
    number = local(str(content["dpv:hasDataSubject"]["@id"])).removeprefix("P-")
    subject = Subject.objects.select_related("merged_into").filter(pk=number).first()
    if subject is None:
        return Verified(Verdict.GONE, document)
    said = {"channel": content["amanat:channel"], "at": datetime.fromisoformat(content["amanat:asOf"])}
    today = consent_record(subject.merged_into or subject, content["amanat:purpose"], **said)
    then, now = _acts(content), _acts(today)
    if then == now:
        return Verified(Verdict.HOLDS, document)
    differing = [act for act, told in zip(today["dpv:hasConsentStatus"], now, strict=True) if told not in then]
    return Verified(Verdict.OVERTAKEN, document, differing)


def _acts(content: Json) -> list[Json]:
    return [{name: act.get(name) for name in _ACT} for act in content["dpv:hasConsentStatus"]]
