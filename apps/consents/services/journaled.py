"""Ends of consents in the journal: on disk before the database hears of them, and brought back after a restore."""

import logging
from datetime import datetime

from django.db import transaction

from apps.audit.services import record
from apps.consents import actions
from apps.consents.choices import Medium, State
from apps.consents.models import ConsentEvent
from apps.consents.services.falling import let_fall, topics_below
from apps.consents.services.settle import settle
from apps.core.journal import JournalEntry, JournalUnavailable, journal
from apps.subjects.models import Subject

JOURNAL_KIND = "consent"

logger = logging.getLogger(__name__)


def write_journal(event: ConsentEvent) -> None:
    """An end that is about to be kept. One that can't be written must not keep somebody from withdrawing: the database
    is about to hold it.
    """
    corrected = event.corrects
    data = {
        "digests": [digest.hex() for digest in event.subject.identifier_digests()],
        "purpose": event.purpose, "channel": event.channel, "state": str(event.state), "medium": str(event.medium),
        "occurred": event.occurred_at.isoformat(), "campaign": event.campaign,
        "corrects": [str(corrected.state), corrected.occurred_at.isoformat()] if corrected else None,
    }  # fmt: skip
    try:
        journal().append(JOURNAL_KIND, data, at=event.recorded_at)
    except JournalUnavailable:
        logger.exception("The journal can't be written; an end of a consent is kept by the database alone.")


def apply_entries(entries: list[JournalEntry]) -> int:
    """The journal's handler. Gives how many the database did not have. Raises KeyError, TypeError or ValueError when a
    part of an entry is wrong.
    """
    return sum(_apply(entry) for entry in entries)


@transaction.atomic
def _apply(entry: JournalEntry) -> bool:
    """For whoever the digests lead to now; of nobody, nothing is left to end. Opt-outs that followed from it have
    entries of their own.
    """
    digests = [bytes.fromhex(digest) for digest in entry.data["digests"]]
    people = Subject.objects.with_digests(digests).order_by("pk").select_for_update(of=("self",))
    return any([_bring_back(subject, entry) for subject in people])  # noqa: C419 (every one of them)


def _bring_back(subject: Subject, entry: JournalEntry) -> bool:
    data = entry.data
    event = ConsentEvent(
        subject=subject, purpose=str(data["purpose"]), channel=str(data["channel"]), state=State(data["state"]),
        medium=Medium(data["medium"]), occurred_at=datetime.fromisoformat(data["occurred"]),
        campaign=str(data["campaign"]), recorded_at=entry.at,
    )  # fmt: skip
    about = ConsentEvent.objects.filter(subject=subject, purpose=event.purpose, channel=event.channel)
    if data["corrects"]:
        state, moment = data["corrects"]
        event.corrects = about.filter(state=state, occurred_at=datetime.fromisoformat(moment), counts=True).first()
        event.counts = False
        if event.corrects is None:
            return False
    elif about.filter(state=event.state, occurred_at=event.occurred_at).exists():
        return False
    event.save(force_insert=True)
    facts = {"purpose": event.purpose, "state": event.state, "medium": event.medium, "said_at": event.occurred_at}
    record(None, actions.RECORDED, subject, **facts, replayed=True)
    let_fall(actor=None, falls=topics_below(event))
    settle(actor=None, subject=subject, purposes=[event.purpose])
    return True
