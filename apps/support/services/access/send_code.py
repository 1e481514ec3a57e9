"""The code that opens a link to a copy: made and counted when somebody asks for it, sent by a job.

Whoever asks waits for no gateway, and learns nothing of how one answered but what the link's page says afterwards.
"""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from apps.audit.services import record
from apps.cases.choices import Delivery
from apps.core.codes import LIFETIME, POSTED_FIELDS
from apps.core.sending import Message, hand_over
from apps.support import actions
from apps.support.choices import CodeTrouble
from apps.support.models import AccessLink
from apps.support.services.access.handover import LinkGone, fits
from apps.support.services.access.holding import case_of


@transaction.atomic
def ask_code(*, link: AccessLink) -> AccessLink:
    """A new code for the address of the link; the caller queues its sending. Raises LinkGone, codes.NoCode."""
    row = _alive(link.pk)
    if row is None or row.address is None:
        raise LinkGone
    row.post()
    row.code_trouble = ""
    row.save(update_fields=[*POSTED_FIELDS, "code_trouble"])
    record(None, actions.CODE_ASKED, case_of(row.package.request), copy=row.package_id)
    return row


def _alive(link_id: int) -> AccessLink | None:
    rows = AccessLink.objects.alive().select_for_update(of=("self",)).select_related("package__request")
    return rows.filter(pk=link_id).first()


def deliver_code(*, link_id: int, key: str) -> None:
    """Send a code that is on its way; one that another has replaced is left alone, and so is the row while it is sent.

    Raises sending.Unavailable when trying again later may help.
    """
    rows = AccessLink.objects.alive().select_related("package__request")
    row = rows.filter(pk=link_id, key=UUID(key), code__isnull=False).first()
    address = row.address if row and row.waits_for_code and fits(row.package) else None
    if row is None or address is None:
        _settle(link_id, key, CodeTrouble.UNSENT)
        return
    taken = hand_over(address.kind, _message(row, address.value))
    _settle(link_id, key, "" if taken else CodeTrouble.REJECTED)


def give_up_code(*, link_id: int, key: str) -> None:
    """Take a code back that could not be sent, however often it was tried."""
    _settle(link_id, key, CodeTrouble.UNSENT)


@transaction.atomic
def _settle(link_id: int, key: str, trouble: str) -> None:
    """Keep what became of it; the code itself is needed no more."""
    rows = AccessLink.objects.select_for_update(of=("self",)).select_related("package__request")
    row = rows.filter(pk=link_id, key=UUID(key), code__isnull=False).first()
    if row is None:
        return
    row.code, row.code_trouble = None, trouble
    if trouble == CodeTrouble.UNSENT:
        row.take_back()
    row.save(update_fields=[*POSTED_FIELDS, "code_trouble"])
    delivery = Delivery.FAILED if trouble else Delivery.DONE
    record(None, actions.CODE_SENT, case_of(row.package.request), copy=row.package_id, delivery=delivery)


def _message(row: AccessLink, to: str) -> Message:
    with override(row.package.language):
        words = {"code": row.code, "minutes": int(LIFETIME.total_seconds() // 60), "operator": settings.OPERATOR_NAME}
        text = _("%(code)s is your code for the copy of your data. Valid for %(minutes)s minutes. %(operator)s") % words
        return Message(to=to, text=text, subject=_("Your code"), id=row.key)
