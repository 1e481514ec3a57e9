"""Working off a file of mail, or the mailbox. Whatever breaks off is begun again with the same result."""

import logging
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.core import clock, files
from apps.core.errors import NotPossible
from apps.support import actions
from apps.support.choices import MailFailure, MailOutcome, MailSource
from apps.support.mail.boxes import NotMail, letters_in
from apps.support.mail.imap import Found, Mailbox, NotLetIn, Unreachable
from apps.support.models import MailRun, TakenMail
from apps.support.services.set_aside import FOLDER
from apps.support.services.take_mail import take_letter

logger = logging.getLogger(__name__)
TAKE_MAIL = "support.take_mail"
_PIECE = 1024 * 1024


@transaction.atomic
def hand_in(*, actor: User | None, stream: BinaryIO) -> MailRun:
    """Store a file of mail, encrypted, for `take_file`, which the caller queues. `actor` is None on the command line.

    Raises NotPossible for one that is empty or larger than MAIL_FILE_MAX_BYTES; PermissionDenied.
    """
    if actor is not None:
        require(actor, TAKE_MAIL)
    size = 0
    with files.EncryptedWriter(FOLDER) as writer:
        while piece := stream.read(_PIECE):
            size += len(piece)
            if size > settings.MAIL_FILE_MAX_BYTES:
                most = settings.MAIL_FILE_MAX_BYTES // _PIECE
                raise NotPossible(_("The file is larger than %(most)s MB.") % {"most": most})
            writer.write(piece)
        if not size:
            raise NotPossible(_("The file is empty."))
    try:
        run = MailRun.objects.create(source=MailSource.FILE, actor=actor, file=writer.name)
        record(actor, actions.MAIL_HANDED_IN, run)
    except BaseException:
        writer.discard()
        raise
    return run


def take_file(*, run_id: int) -> MailRun:
    """Take in the letters of a file that was handed in; one that was worked off is left alone."""
    run = MailRun.objects.get(pk=run_id)
    if run.finished_at is not None:
        return run
    failure, seen = "", 0
    try:
        with files.open_stored(run.file) as stream:
            for data in letters_in(stream):
                take_letter(run=run, data=data)
                seen += 1
    except NotMail:
        failure = MailFailure.NOT_MAIL
    except (files.Damaged, FileNotFoundError):
        failure = MailFailure.DAMAGED
    return _finish(run, seen, failure)


def take_mailbox() -> MailRun | None:
    """Take in what lies in the mailbox IMAP_URL. A letter is moved away once the transaction that took it in is
    committed: one that was taken in twice is known by its digest. None where nothing lay there, or no mailbox is named.
    """
    if not settings.IMAP_URL:
        return None
    run: MailRun | None = None
    seen = 0
    try:
        with Mailbox(settings.IMAP_URL) as mailbox:
            for found, data, received_at in _lying(mailbox):
                run = run or MailRun.objects.create(source=MailSource.IMAP)
                take_letter(run=run, data=data, received_at=received_at, size=found.size)
                seen += 1
                mailbox.put_away(found)
    except (Unreachable, NotLetIn) as error:
        failure = MailFailure.SIGN_IN if isinstance(error, NotLetIn) else MailFailure.UNREACHABLE
        logger.error("The mailbox: %s.", failure)  # noqa: TRY400
        return _failed(run, seen, failure)
    return _finish(run, seen) if run else None


def _lying(mailbox: Mailbox) -> Iterator[tuple[Found, bytes, datetime | None]]:
    """Letters with their bytes; of one that is too large the head alone: all of it stays in the mailbox."""
    for found in list(mailbox.letters()):
        data = mailbox.fetch(found, head_only=found.size > settings.MAIL_MAX_BYTES)
        if data:
            yield found, data, found.received_at


def _failed(run: MailRun | None, seen: int, failure: str) -> MailRun:
    """Say so, once for as long as it lasts: the list would hold nothing else."""
    last = MailRun.objects.filter(source=MailSource.IMAP).order_by("-pk").first()
    if run is None and last is not None and last.failure == failure:
        last.finished_at = clock.now()
        last.save(update_fields=["finished_at"])
        return last
    return _finish(run or MailRun.objects.create(source=MailSource.IMAP), seen, failure)


@transaction.atomic
def _finish(run: MailRun, seen: int, failure: str = "") -> MailRun:
    """Count what became of its letters; those that it did not bring about were known. The file goes."""
    became = Counter(TakenMail.objects.filter(run=run).values_list("outcome", flat=True))
    run.requests, run.replies = became[MailOutcome.REQUEST], became[MailOutcome.REPLY]
    run.automatic, run.aside, run.twice = (
        became[MailOutcome.AUTOMATIC],
        became[MailOutcome.ASIDE],
        seen - became.total(),
    )
    if run.file:
        transaction.on_commit(partial(files.delete, run.file))
    run.file, run.finished_at, run.failure = "", clock.now(), failure
    run.save()
    counts = {name: getattr(run, name) for name in ("requests", "replies", "automatic", "aside", "twice")}
    record(run.actor, actions.MAIL_TAKEN, run, source=run.source, **counts, **({"failure": failure} if failure else {}))
    return run
