"""Recording that everybody is asked who agreed before an edition widened a purpose: a whole list, piece by piece."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from psycopg import sql

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.consents import actions
from apps.consents.choices import CHANNELS, EVERY_CHANNEL, AskingStatus, Medium, State
from apps.consents.models import Asking, ConsentState
from apps.consents.services.announcing import is_advertising
from apps.consents.services.record_many import ConsentIntake, record_many
from apps.consents.services.widenings import widening_or_none
from apps.core import clock
from apps.core.errors import NotPossible
from apps.policies.models import PolicyEdition
from apps.subjects.models import Subject

# Keys of people that one transaction goes through: a span of them is found by the index, however long the list is.
KEYS_AT_ONCE = 20_000

_ROWS = sql.SQL("""
    SELECT unnest({people}::bigint[]) AS subject_id, {purpose} AS purpose, {channel} AS channel, {state} AS state,
           {at} AS occurred_at, NULL AS expires_at, {edition} AS edition_id, '' AS language, NULL AS wording_id,
           NULL AS row""")


@transaction.atomic
def begin_asking(
    *, actor: User, edition_id: int, purpose: str, medium: str, channel: str = EVERY_CHANNEL,
    asked_at: datetime | None = None,
) -> Asking:  # fmt: skip
    """Begin to record that everybody on the list is asked, by `medium`, from `asked_at` (now); the caller queues the
    job. Whoever was asked already is left out.

    Raises PermissionDenied; NotPossible where nobody is to be asked because of this edition, while somebody else
    records the same, and for a moment to come or before the edition was published.
    """
    require(actor, "consents.ask_consent")
    edition = PolicyEdition.objects.select_for_update(of=("self",)).filter(pk=edition_id).first()
    if edition is None or widening_or_none(edition_id, purpose) is None or not _known(purpose, channel):
        raise NotPossible(_("Because of this edition nobody has to be asked about this."))
    asked_at = asked_at or clock.now()
    _require_sense(edition, purpose, asked_at)
    asking = Asking.objects.create(
        edition=edition, purpose=purpose, channel=channel, medium=Medium(medium), asked_at=asked_at, created_by=actor,
        until=Subject.objects.aggregate(last=Max("pk"))["last"] or 0,
    )  # fmt: skip
    record(actor, actions.ASKING_BEGUN, asking, **_facts(asking), medium=asking.medium, said_at=asked_at)
    return asking


def _known(purpose: str, channel: str) -> bool:
    return channel == EVERY_CHANNEL or (channel in CHANNELS and is_advertising(purpose))


def _require_sense(edition: PolicyEdition, purpose: str, asked_at: datetime) -> None:
    if asked_at > clock.now():
        raise NotPossible(_("This moment lies in the future."))
    if edition.published_at and asked_at < edition.published_at:
        raise NotPossible(_("The edition was not published by then: nobody could be asked about it."))
    running = Asking.objects.filter(edition=edition, purpose=purpose, status=AskingStatus.RUNNING)
    other = running.select_related("created_by").first()
    if other is not None:
        raise NotPossible(_("%(who)s is recording it just now. Wait until it is done.") % {"who": other.created_by})


@transaction.atomic
def take_up_asking(*, actor: User, asking_id: int) -> Asking:
    """Go on with an asking that stands still; the caller queues the job. Raises NotPossible where somebody has it or it
    is over, PermissionDenied.
    """
    require(actor, "consents.ask_consent")
    asking = Asking.objects.select_for_update(of=("self",)).filter(pk=asking_id).first()
    if asking is None or not asking.stands_still:
        raise NotPossible(_("Somebody was first: it goes on already, or is done."))
    record(actor, actions.ASKING_TAKEN_UP, asking, **_facts(asking))
    return asking


def run_asking(*, asking_id: int) -> None:
    """Record it to the end; whoever begins again goes on behind what is there."""
    while _ask_some(asking_id):
        pass


@transaction.atomic
def _ask_some(asking_id: int) -> bool:
    """A span of people; whether there may be more."""
    rows = Asking.objects.select_for_update(of=("self",)).select_related("edition", "created_by")
    asking = rows.get(pk=asking_id)
    if asking.status != AskingStatus.RUNNING:
        return False
    end = min(asking.reached + KEYS_AT_ONCE, asking.until)
    people = _people(asking, end)
    if people:
        recorded = record_many(actor=asking.created_by, intake=ConsentIntake(rows=_rows(asking, people),
                                                                             medium=asking.medium))  # fmt: skip
        asking.done += recorded.events
    asking.reached = end
    if end >= asking.until:
        asking.status, asking.finished_at = AskingStatus.DONE, clock.now()
        record(asking.created_by, actions.ASKING_DONE, asking, **_facts(asking), people=asking.done)
    asking.save()
    return asking.running


def _people(asking: Asking, end: int) -> list[int]:
    about = (asking.edition, asking.purpose, asking.channel)
    due = ConsentState.objects.to_ask(*about).unasked(*about)
    span = due.filter(subject__gt=asking.reached, subject__lte=end)
    return sorted(span.values_list("subject_id", flat=True))


def _rows(asking: Asking, people: list[int]) -> sql.Composed:
    return _ROWS.format(
        people=sql.Literal(people), purpose=sql.Literal(asking.purpose), channel=sql.Literal(asking.channel),
        state=sql.Literal(State.REQUESTED.value), at=sql.Literal(asking.asked_at),
        edition=sql.Literal(asking.edition_id),
    )  # fmt: skip


@transaction.atomic
def fail_asking(*, asking_id: int, error: str) -> None:
    """Say that a worker gave up; `error` is the name of what went wrong. What is recorded stays."""
    asking = Asking.objects.select_for_update(of=("self",)).get(pk=asking_id)
    if asking.running:
        asking.status, asking.finished_at = AskingStatus.FAILED, clock.now()
        asking.save(update_fields=["status", "finished_at"])
        record(None, actions.ASKING_FAILED, asking, **_facts(asking), error=error)


def _facts(asking: Asking) -> dict[str, str | int]:
    where = {"channel": asking.channel} if asking.channel else {}
    return {"purpose": asking.purpose, "edition": asking.edition_id, **where}
