"""Letters that could not be taken in: kept whole and encrypted, opened and destroyed by whoever may."""

import io
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.cases.services.attach import MAY_READ
from apps.cases.services.strip import CHUNK, period
from apps.core import clock, files
from apps.core.errors import NotPossible
from apps.support import actions
from apps.support.choices import MailOutcome
from apps.support.models import TakenMail

FOLDER = "mail"


def keep_aside(row: TakenMail, data: bytes) -> None:
    """Store a letter's bytes, in the transaction that stores its row."""
    with files.EncryptedWriter(FOLDER) as writer:
        writer.write(data)
    try:
        row.file = writer.name
        row.save(update_fields=["file"])
    except BaseException:
        writer.discard()
        raise


@transaction.atomic
def open_aside(*, actor: User, mail: TakenMail) -> io.BufferedReader:
    """The letter's bytes; that it was opened is recorded. Raises FileNotFoundError, PermissionDenied."""
    require(actor, MAY_READ)
    if not mail.file:
        raise FileNotFoundError
    stream = files.open_stored(mail.file)
    record(actor, actions.MAIL_OPENED, mail)
    return stream


@transaction.atomic
def settle_aside(*, actor: User, mail: TakenMail) -> None:
    """Destroy a letter that was looked at. The bytes go once the change is sure. Raises NotPossible when somebody was
    first, PermissionDenied.
    """
    require(actor, MAY_READ)
    row = TakenMail.objects.select_for_update(of=("self",)).get(pk=mail.pk)
    if not row.is_aside:
        raise NotPossible(_("Somebody has settled this letter already."))
    empty_aside(row)
    record(actor, actions.MAIL_SETTLED, row, reason=row.reason)


@transaction.atomic
def let_go_of_old() -> int:
    """Destroy letters that nobody settled within the period in the register; how many."""
    kept = period()
    if kept is None:
        return 0
    before = kept.reaches_back(clock.now())
    old = TakenMail.objects.filter(outcome=MailOutcome.ASIDE, settled_at__isnull=True, taken_at__lt=before)
    rows = list(old.order_by("pk").select_for_update(of=("self",), skip_locked=True)[:CHUNK])
    for row in rows:
        empty_aside(row)
    if rows:
        record(None, actions.MAIL_LET_GO, TakenMail, letters=len(rows))
    return len(rows)


def empty_aside(row: TakenMail) -> None:
    """Destroy what is kept of a letter whose row is held."""
    if row.file:
        transaction.on_commit(partial(files.delete, row.file))
    row.file, row.sender_digest, row.settled_at = "", None, clock.now()
    row.save(update_fields=["file", "sender_digest", "settled_at"])
