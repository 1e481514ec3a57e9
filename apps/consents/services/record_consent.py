"""Recording what a person permits, refuses or takes back."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from psycopg import sql

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.consents import actions
from apps.consents.choices import CHANNELS, ENDING, EVERY_CHANNEL, Medium, State
from apps.consents.models import ConsentEvent, ConsentNote, standing_of
from apps.consents.services.announcing import announce_ends
from apps.consents.services.falling import let_fall, topics_below
from apps.consents.services.journaled import write_journal
from apps.consents.services.settle import settle
from apps.consents.services.wordings import wording_of
from apps.core import clock
from apps.core.errors import NotPossible
from apps.policies.choices import EditionStatus
from apps.policies.models import PolicyEdition
from apps.policies.registry import PURPOSE_BY_CODE
from apps.subjects.models import Subject
from apps.subjects.services.locking import lock

_ITSELF = sql.SQL("SELECT * FROM consents_consentevent WHERE id = {}")


@transaction.atomic
def record_consent(
    *,
    actor: User,
    subject: Subject,
    purpose: str,
    state: str,
    medium: str,
    channel: str = EVERY_CHANNEL,
    occurred_at: datetime | None = None,
    expires_at: datetime | None = None,
    edition: PolicyEdition | None = None,
    language: str = "",
    wording: str = "",
    form: str = "",
    note: str = "",
) -> ConsentEvent:
    """Add an event of a person; what its end must not leave behind is destroyed in the same transaction.

    `purpose` is a code of the register, `occurred_at` when they said it (now), `wording` the text that they saw, `note`
    their words. Raises NotPossible when somebody has just recorded the same, for a moment to come, or for a consent
    that was over before it began; PermissionDenied.
    """
    require(actor, "consents.record_consent")
    (subject,) = lock(subject)
    now = clock.now()
    event = ConsentEvent(
        subject=subject, purpose=PURPOSE_BY_CODE[purpose].code, channel=_known(channel), state=State(state),
        medium=Medium(medium), occurred_at=occurred_at or now, recorded_at=now, expires_at=expires_at, actor=actor,
        edition=edition, language=language, wording=wording_of(wording, language), form=form,
    )  # fmt: skip
    _require_sense(event)
    _require_news(event)
    return _append(actor, event, note)


@transaction.atomic
def withdraw(
    *,
    actor: User,
    subject: Subject,
    purpose: str,
    medium: str,
    channel: str = EVERY_CHANNEL,
    occurred_at: datetime | None = None,
    note: str = "",
) -> ConsentEvent:
    """Take a consent back, whether or not one was given, as often as the person says so: it is never refused (P08).

    Raises NotPossible for a moment to come only; PermissionDenied.
    """
    require(actor, "consents.record_consent")
    (subject,) = lock(subject)
    now = clock.now()
    event = ConsentEvent(
        subject=subject, purpose=PURPOSE_BY_CODE[purpose].code, channel=_known(channel), state=State.WITHDRAWN,
        medium=Medium(medium), occurred_at=occurred_at or now, recorded_at=now, actor=actor,
    )  # fmt: skip
    _require_sense(event)
    return _append(actor, event, note)


def _append(actor: User, event: ConsentEvent, note: str) -> ConsentEvent:
    """An event of a person whose row is held: in the journal if it ends something, in the ledger, and what follows."""
    if event.state in ENDING:
        write_journal(event)
    event.save(force_insert=True)
    if note.strip():
        ConsentNote.objects.create(event=event, text=note.strip())
    facts = {"purpose": event.purpose, "state": event.state, "medium": event.medium, "said_at": event.occurred_at}
    where = {"channel": event.channel} if event.channel else {}
    fallen = let_fall(actor=actor, falls=topics_below(event))
    topics = sorted({end.purpose for end in fallen})
    record(actor, actions.RECORDED, event.subject, **facts, **where, **({"topics": topics} if topics else {}))
    settle(actor=actor, subject=event.subject, purposes=[event.purpose])
    announce_ends(actor=actor, events=_ITSELF.format(sql.Literal(event.pk)))
    return event


def _known(channel: str) -> str:
    if channel not in (EVERY_CHANNEL, *CHANNELS):
        raise ValueError(channel)
    return str(channel)


def _require_sense(event: ConsentEvent) -> None:
    if event.occurred_at > event.recorded_at:
        raise NotPossible(_("This moment lies in the future."))
    if event.expires_at and (event.state != State.GIVEN or event.expires_at <= event.occurred_at):
        raise NotPossible(_("Only a permission has an end, and it lies behind its beginning."))
    if event.edition and event.edition.status != EditionStatus.PUBLISHED:
        raise NotPossible(_("Nobody has seen this edition: it is not published."))


def _require_news(event: ConsentEvent) -> None:
    """A second one of the same just now is one who pressed twice, or two who are on the phone with one person."""
    standing = standing_of(
        ConsentEvent.objects.about(event.subject, event.purpose), event.recorded_at, event.channel
    )  # fmt: skip
    if standing is None or standing.state != event.state or standing.since > event.occurred_at:
        return
    if event.state == State.GIVEN and not _tells_more(event, standing.event):
        raise NotPossible(_("This permission is given already."))
    if event.state in ENDING:
        raise NotPossible(_("This is recorded already."))


def _tells_more(event: ConsentEvent, known: ConsentEvent) -> bool:
    """Whether a permission that is in force is given anew: under another edition or wording, or for another time."""
    news = ("edition_id", "wording_id", "expires_at")
    return any(getattr(event, name) not in (None, getattr(known, name)) for name in news)
