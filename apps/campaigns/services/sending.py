"""Recording that a campaign was sent, and who got it although they had refused by then."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.campaigns import actions
from apps.campaigns.choices import Status
from apps.campaigns.models import Campaign, LateAddress, Send
from apps.campaigns.services.deciding import locked
from apps.campaigns.services.judging import Scope
from apps.campaigns.services.remembering import pages_with
from apps.core import clock
from apps.core.errors import NotPossible
from apps.core.keyring import DIGEST_BYTES
from apps.optouts.services.salted import salted, salted_of
from apps.subjects.models import Identifier

# A suppression says when it was made, not when it was committed. Whoever was left in a list had none when it was
# scrubbed, so that looking back too far finds nobody too many.
MARGIN = timedelta(minutes=10)
_ROWS_AT_ONCE = 10_000
_SINCE = """
    SELECT f.kind, f.digest, min(f.since), min(f.created_at) FROM (
        SELECT s.kind, s.digest, s.since, s.created_at FROM optouts_suppression s
        WHERE s.created_at >= %(after)s AND s.purpose = ANY(%(purposes)s)
          AND (%(every_sender)s OR s.sender = ANY(%(senders)s)) AND s.channel IN ('all', %(channel)s)
        UNION ALL
        SELECT o.kind, o.digest, s.since, s.created_at FROM optouts_suppression s
        JOIN subjects_identifier i ON i.digest = s.digest
        JOIN subjects_identifier o ON o.subject_id = i.subject_id AND o.digest <> i.digest
        WHERE s.created_at >= %(after)s AND s.purpose = ANY(%(purposes)s)
          AND (%(every_sender)s OR s.sender = ANY(%(senders)s)) AND s.channel = 'all'
    ) f GROUP BY 1, 2
"""


@dataclass(frozen=True)
class Refusal:
    """An address that somebody refused: when they said so (`since`), and when it was in force here (`known_at`)."""

    kind: str
    digest: bytes
    since: datetime
    known_at: datetime


@transaction.atomic
def record_send(*, actor: User | None, campaign_id: int, sent_at: datetime) -> Send:
    """Say that a campaign was sent. Whoever of its kept list had refused by then is counted and listed, and that is an
    alarm. `actor` is None for whoever runs a command on the machine itself.

    Raises NotPossible: not scrubbed, sent before it was, in the future, or recorded already; PermissionDenied.
    """
    if actor is not None:
        require(actor, "campaigns.record_send")
    campaign = locked(campaign_id, Status.DONE)
    _require_sense(campaign, sent_at)
    try:
        with transaction.atomic():
            send = Send.objects.create(campaign=campaign, sent_at=sent_at, actor=actor)
    except IntegrityError:
        raise NotPossible(_("This sending is recorded already.")) from None
    reached = [refusal for refusal in _refused_since(campaign) if refusal.since <= sent_at]
    late = [refusal for refusal in reached if refusal.known_at <= sent_at]
    send.late, send.learnt = len(late), len(reached) - len(late)
    send.save(update_fields=["late", "learnt"])
    LateAddress.objects.bulk_create(
        [LateAddress(send=send, kind=r.kind, digest=r.digest, refused_at=r.known_at) for r in late], batch_size=1000
    )
    record(actor, actions.SENT, campaign, sent_at=sent_at, late=send.late, learnt=send.learnt)
    if late:
        record(actor, actions.ALARM, campaign, sent_at=sent_at, late=send.late)
    return send


def _require_sense(campaign: Campaign, sent_at: datetime) -> None:
    assert campaign.as_of is not None  # it is done
    if sent_at > clock.now():
        raise NotPossible(_("This moment lies in the future. Record a sending when it was made."))
    if sent_at < campaign.as_of - timedelta(minutes=1):
        raise NotPossible(_("The list was not scrubbed by then: this sending was of another list."))
    if not campaign.remembers:
        raise NotPossible(_("It is no longer known who was in this list."))


def _refused_since(campaign: Campaign) -> Iterator[Refusal]:
    """Refusals that came after the scrub, of addresses that were left in the list."""
    assert campaign.as_of is not None
    scope = Scope(campaign.channel, campaign.purpose, campaign.sender)
    with connection.cursor() as cursor:
        cursor.execute(_SINCE, {**scope.params, "after": campaign.as_of - MARGIN})
        while rows := cursor.fetchmany(_ROWS_AT_ONCE):
            refusals = [Refusal(kind, bytes(digest), since, known) for kind, digest, since, known in rows]
            yield from _left_in(campaign, refusals)


def _left_in(campaign: Campaign, refusals: list[Refusal]) -> Iterator[Refusal]:
    forms = _in_salt(campaign, refusals) if campaign.salt else {refusal.digest: refusal for refusal in refusals}
    for _campaign, digest, _page in pages_with(list(forms), salt=campaign.salt_id, campaign=campaign.pk):
        yield forms[digest]


def _in_salt(campaign: Campaign, refusals: list[Refusal]) -> dict[bytes, Refusal]:
    """Refusals by their digest in the salt of a hashed list, of those whose address is known."""
    assert campaign.salt is not None
    by_digest = {refusal.digest: refusal for refusal in refusals}
    known = salted_of(campaign.salt, list(by_digest))
    held = Identifier.objects.filter(digest__in=list(by_digest)).values_list("digest", "value")
    known |= {bytes(digest): salted(campaign.salt.salt, value) for digest, value in held.iterator()}
    return {theirs[:DIGEST_BYTES]: by_digest[digest] for digest, theirs in known.items()}


@transaction.atomic
def note_alarm(*, actor: User, send_id: int) -> Send:
    """Take note of a sending after an opt-out: from then on the start page is silent about it.

    Of two people the second is told. Raises NotPossible, PermissionDenied.
    """
    require(actor, "campaigns.record_send")
    send = Send.objects.select_for_update(of=("self",)).select_related("campaign", "noted_by").get(pk=send_id)
    if send.noted_at is not None:
        raise NotPossible(_("%(who)s has taken note of it already.") % {"who": send.noted_by})
    send.noted_at, send.noted_by = clock.now(), actor
    send.save(update_fields=["noted_at", "noted_by"])
    record(actor, actions.NOTED, send.campaign, late=send.late)
    return send
