"""Making one person of two rows."""

from dataclasses import dataclass, field

from django.db import transaction
from django.db.models.functions import Least
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.core import clock
from apps.core.choices import IdentifierKind
from apps.core.errors import NotPossible
from apps.core.keyring import keyring
from apps.subjects import actions
from apps.subjects.choices import MergeReason
from apps.subjects.followers import let_follow
from apps.subjects.models import Identifier, PersonalRecord, Reveal, Subject
from apps.subjects.services.locking import lock
from apps.subjects.services.replace_token import leave_one_token
from apps.subjects.services.restrict import promise


@dataclass(frozen=True)
class Clash:
    """Two records of one category and origin: `newer` stays what is true, `older` is kept as what was before."""

    newer: PersonalRecord
    older: PersonalRecord


@dataclass(frozen=True)
class MergePlan:
    """What moves from `absorbed` to `survivor`."""

    survivor: Subject
    absorbed: Subject
    identifiers: list[Identifier] = field(default_factory=list)
    records: list[PersonalRecord] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)
    two_tokens: bool = False

    @property
    def becomes_blocked(self) -> bool:
        """Whether the survivor's data is blocked by the merge."""
        return self.absorbed.restricted and not self.survivor.restricted


def plan_merge(survivor: Subject, absorbed: Subject) -> MergePlan:
    """What a merge would move, and which records clash. Raises NotPossible for a person with themselves."""
    if survivor.pk == absorbed.pk:
        raise NotPossible(_("Both are the same person."))
    mine = {_place(row): row for row in _records(survivor)}
    theirs = _records(absorbed)
    clashes = [_clash(mine[_place(row)], row) for row in theirs if _place(row) in mine]
    identifiers = list(absorbed.identifiers.select_related("partner").order_by("kind", "pk"))
    tokens = survivor.identifiers.filter(kind=IdentifierKind.TOKEN)
    two_tokens = any(row.kind == IdentifierKind.TOKEN for row in identifiers) and tokens.exists()
    return MergePlan(survivor, absorbed, identifiers, theirs, clashes, two_tokens)


def _records(subject: Subject) -> list[PersonalRecord]:
    return list(subject.records.select_related("category", "partner").order_by("category__position", "pk"))


def _place(row: PersonalRecord) -> tuple[int, str, bytes]:
    return row.partner_id, row.category_id, bytes(row.key)


def _clash(mine: PersonalRecord, theirs: PersonalRecord) -> Clash:
    newer, older = sorted([mine, theirs], key=lambda row: (row.observed_at, row.recorded_at, row.pk), reverse=True)
    return Clash(newer, older)


@transaction.atomic
def merge(*, actor: User, survivor: Subject, absorbed: Subject, reason: str) -> MergePlan:
    """Move everything of `absorbed` to `survivor`; its empty row stays and leads there. Nothing is lost.

    Where both have a record of the same category and origin, the newer is what is true and the older is kept marked
    as replaced. Blocking of either holds for both. Two tokens are one person's only when one replaced the other (P05):
    the one that became known last stays the person's. Raises NotPossible.
    """
    require(actor, "subjects.merge_subject")
    reason = MergeReason(reason)
    if survivor.pk == absorbed.pk:
        raise NotPossible(_("Both are the same person."))
    survivor, absorbed = lock(survivor, absorbed)
    plan = plan_merge(survivor, absorbed)
    if plan.two_tokens and reason != MergeReason.CARD:
        raise NotPossible(_("Each has a token, so they are two people unless one token replaced the other."))
    _replace_older(plan)
    _move(plan)
    let_follow(actor=actor, survivor=survivor, absorbed=absorbed)
    _leave_tombstone(plan)
    figures = {"identifiers": len(plan.identifiers), "records": len(plan.records), "replaced": len(plan.clashes)}
    record(actor, actions.MERGE, survivor, person=absorbed.reference, reason=reason, **figures)
    record(actor, actions.MERGED_AWAY, absorbed, to=survivor.reference, reason=reason)
    return plan


def _replace_older(plan: MergePlan) -> None:
    """Free the place of each older record; its own key becomes its new key, so any number can be kept."""
    for clash in plan.clashes:
        clash.older.key = keyring().digest("superseded", str(clash.older.pk))
        clash.older.superseded_at = clock.now()
        clash.older.save(update_fields=["key", "superseded_at"])


def _move(plan: MergePlan) -> None:
    survivor, absorbed = plan.survivor, plan.absorbed
    absorbed.identifiers.update(subject=survivor)
    absorbed.records.update(subject=survivor)
    if plan.two_tokens:
        leave_one_token(survivor)
    # Leave to see one person is no leave to see the other; the rows stay as evidence.
    Reveal.objects.filter(subject=absorbed).update(subject=survivor, until=Least("until", clock.now()))
    Subject.objects.filter(merged_into=absorbed).update(merged_into=survivor)


def _leave_tombstone(plan: MergePlan) -> None:
    survivor, absorbed = plan.survivor, plan.absorbed
    survivor.created_at = min(survivor.created_at, absorbed.created_at)
    survivor.language = survivor.language or absorbed.language
    survivor.save(update_fields=["created_at", "language"])
    since = [person.restricted_at for person in (survivor, absorbed) if person.restricted_at]
    if since:
        promise(survivor, survivor.restriction_reason or absorbed.restriction_reason)
        survivor.restricted_at = min(since)
        survivor.save(update_fields=["restricted_at"])
    absorbed.merged_into = survivor
    absorbed.restricted_at, absorbed.restriction_reason = None, ""
    absorbed.save(update_fields=["merged_into", "restricted_at", "restriction_reason"])
