"""Taking letters in: each in a transaction of its own, each once, none lost."""

import logging
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.db import IntegrityError, InterfaceError, OperationalError, transaction

from apps.core import clock
from apps.core.keyring import DIGEST_BYTES, keyring
from apps.support.choices import MailOutcome, MailReason
from apps.support.mail.letters import DIGEST, Letter, read_letter
from apps.support.models import MailRun, TakenMail
from apps.support.services.answering import answer_or_open
from apps.support.services.set_aside import keep_aside

logger = logging.getLogger(__name__)
TWICE = "twice"
_HEAD = 64 * 1024
# What says nothing about the letter: whoever called tries all of it again later.
_DATABASE_DOWN = (OperationalError, InterfaceError)


def take_letter(*, run: MailRun, data: bytes, received_at: datetime | None = None, size: int = 0) -> str:
    """Take a letter in; gives its MailOutcome, or TWICE for one that was known.

    It becomes a request, an answer in a case, or none where a machine sent it. What can't be taken in is set aside,
    encrypted, with a reason: whatever is wrong with a letter raises nothing. `received_at` is when the mailbox got it;
    without it the letter's own head says when. `size` is that of a letter of which `data` is the head alone.
    """
    if max(len(data), size) > settings.MAIL_MAX_BYTES:
        return _aside(run, data, MailReason.TOO_LARGE, _beginning(data))
    try:
        letter = read_letter(data)
    except Exception as error:
        logger.warning("A letter can't be read: %s.", type(error).__name__)
        return _aside(run, data, MailReason.UNREADABLE)
    try:
        return _take(run, data, letter, _moment(received_at or letter.sent_at))
    except _DATABASE_DOWN:
        raise
    except Exception as error:
        logger.warning("A letter can't be taken in: %s.", type(error).__name__)
        return _aside(run, data, MailReason.REFUSED, letter)


def _beginning(data: bytes) -> Letter | None:
    """Who wrote a letter that is too large to be read, where that can be told."""
    try:
        return read_letter(data[:_HEAD])
    except Exception:
        return None


def _moment(said: datetime | None) -> datetime:
    """When it was received: never later than now, for the clock runs from it."""
    now = clock.now()
    return min(said, now) if said is not None else now


@transaction.atomic
def _take(run: MailRun, data: bytes, letter: Letter, received_at: datetime) -> str:
    machine = letter.machine or (MailReason.OURS if letter.sender == _our_address() else "")
    if not letter.sender and not machine:
        return _aside(run, data, MailReason.NO_SENDER, letter)
    row = TakenMail(run=run, digest=letter.digest, outcome=MailOutcome.AUTOMATIC, reason=machine)
    if not _first(row):
        return TWICE
    if machine:
        return MailOutcome.AUTOMATIC
    row.outcome, row.case = answer_or_open(letter, received_at)
    row.save(update_fields=["outcome", "case"])
    return str(row.outcome)


def _first(row: TakenMail) -> bool:
    """Store it, unless the same letter was stored before, or is being stored at this moment by somebody else."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return False
    return True


@transaction.atomic
def _aside(run: MailRun, data: bytes, reason: str, letter: Letter | None = None) -> str:
    digest = letter.digest if letter else keyring().mac(DIGEST, data.replace(b"\r\n", b"\n"))[:DIGEST_BYTES]
    row = TakenMail(run=run, digest=digest, outcome=MailOutcome.ASIDE, reason=reason, size=len(data))
    row.sender_digest = letter.sender_digest if letter else None
    if not _first(row):
        return TWICE
    keep_aside(row, data)
    return MailOutcome.ASIDE


def _our_address() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower()
