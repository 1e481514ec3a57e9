"""Deciding about rows that contradict what is known (P05): one person, a number that moved, somebody else, or no row.

A decision is one transaction: the people are changed by their own services, and the row then goes through the engine's
judging and merging like any other. If it still contradicts something, nothing is kept.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.core.choices import IdentifierKind
from apps.core.errors import NotPossible
from apps.imports import actions
from apps.imports.choices import Decision, Status, Verdict
from apps.imports.conflicts import Conflict
from apps.imports.models import Batch
from apps.imports.services.clashing import Clash, clash_of
from apps.imports.services.deciding import locked
from apps.imports.services.finding import undecided_row
from apps.imports.services.restaging import find_again, leave_names, leave_records, restage, take_in
from apps.subjects.choices import MergeReason
from apps.subjects.models import Identifier, Subject
from apps.subjects.services.add_identifier import add_identifier
from apps.subjects.services.bulk_locks import Overtaken, lock_people
from apps.subjects.services.locking import lock
from apps.subjects.services.merge import merge, plan_merge
from apps.subjects.services.move_identifier import move_identifier
from apps.subjects.services.register import NewIdentifier
from apps.subjects.services.replace_token import replace_token


@dataclass(frozen=True)
class Settled:
    """What became of the row, and whose it is now."""

    verdict: Verdict
    person: Subject


def settle(*, actor: User, batch_id: int, number: int, decision: str) -> Settled:
    """Decide about a row, by a Decision other than LEAVE_OUT, and take it in.

    Raises NotPossible, after which nothing is changed: to the second of two people with who was first, where the
    decision doesn't fit or the row can't be taken in by it. Raises PermissionDenied.
    """
    require(actor, "imports.settle_conflict")
    try:
        with transaction.atomic():
            return _settle(actor, batch_id, number, Decision(decision))
    except (Overtaken, IntegrityError) as error:
        raise _overtaken() from error


def _overtaken() -> NotPossible:
    return NotPossible(_("Somebody changed the same people this very moment. Look at the row again."))


def _settle(actor: User, batch_id: int, number: int, decision: Decision) -> Settled:
    batch = locked(batch_id, Status.DONE)
    row = undecided_row(batch, number)
    lock_people()
    clash = _held(row)
    if decision not in clash.offers() or decision not in _WAYS:
        raise NotPossible(_("This can't be decided so: look at the row and the people again."))
    reason = row.reason
    restage(batch, row)
    _WAYS[decision](actor, clash)
    verdict = take_in(batch, row, reason)
    settled = Settled(verdict, _person_of(clash))
    find_again(row, {named.kind: named.digest for named in clash.named})
    _record(actor, batch, clash, reason, decision, settled)
    return settled


def _held(row: Conflict) -> Clash:
    """The clash, its people locked. Raises NotPossible when it was another one a moment ago."""
    before = clash_of(row)
    lock(*before.people)
    clash = clash_of(row)
    if clash.people != before.people:
        raise _overtaken()
    return clash


def _value(row: Conflict, kind: str) -> str:
    """The normalised value of an identifier of a restaged row."""
    field = Identifier._meta.get_field("value")
    value: str = field.unseal(getattr(row, f"{kind}_value"))
    return value


def _same_person(actor: User, clash: Clash) -> None:
    survivor, *others = clash.parties
    for other in others:
        two_tokens = plan_merge(survivor, other).two_tokens
        reason = MergeReason.CARD if two_tokens else MergeReason.IMPORT
        merge(actor=actor, survivor=survivor, absorbed=other, reason=reason)
    _keep_token(actor, clash, survivor)
    _add_strongest(actor, clash, survivor)
    if clash.shared_in_file:
        leave_records(clash.row)  # within a file the later row counts


def _keep_token(actor: User, clash: Clash, survivor: Subject) -> None:
    """The token that the row names is the person's; any other was replaced by it, unless the row's own was before."""
    token = next((named for named in clash.named if named.kind == IdentifierKind.TOKEN), None)
    if token is None or (token.held and token.held.replaced_at):
        return
    others = survivor.identifiers.filter(kind=IdentifierKind.TOKEN, replaced_at=None).exclude(digest=token.digest)
    if others.exists():
        replace_token(actor=actor, subject=survivor, value=_value(clash.row, IdentifierKind.TOKEN))


def _add_strongest(actor: User, clash: Clash, survivor: Subject) -> None:
    """Where an e-mail alone leads to the person: something by which the engine knows that the row is theirs."""
    strong = [named for named in clash.named if named.kind != IdentifierKind.EMAIL]
    if not strong or any(named.held for named in strong):
        return
    kind = strong[0].kind
    if kind == IdentifierKind.TOKEN and survivor.identifiers.filter(digest=strong[0].digest).exists():
        return
    partner = clash.row.batch.partner if kind == IdentifierKind.CARD else None
    add_identifier(actor=actor, subject=survivor, new=NewIdentifier(kind, _value(clash.row, kind), partner))


def _moved(actor: User, clash: Clash) -> None:
    owner = clash.target
    for named in clash.moving:
        assert named.held is not None
        owner = move_identifier(actor=actor, identifier=named.held, to=owner)


def _take_in(actor: User, clash: Clash) -> None:
    leave_names(clash.row, [named.kind for named in clash.foreign])


_WAYS: dict[Decision, Callable[[User, Clash], None]] = {
    Decision.SAME_PERSON: _same_person, Decision.MOVED: _moved, Decision.TAKE_IN: _take_in,
}  # fmt: skip


def _person_of(clash: Clash) -> Subject:
    """Whose the row is, now that it is in; a row of activity may name what nobody has."""
    digests = [bytes(d) for name in ("token", "card", "phone", "email") if (d := getattr(clash.row, name))]
    held = {bytes(row.digest): row.subject for row in Identifier.objects.filter(digest__in=digests)}
    return next(held[digest] for digest in digests if digest in held)


def _record(actor: User, batch: Batch, clash: Clash, reason: str, decision: Decision, settled: Settled) -> None:
    people_named = list(dict.fromkeys([*clash.people, settled.person]))
    facts = {
        "number": clash.row.number,
        "line": clash.row.line,
        "reason": reason,
        "decision": decision,
        "verdict": settled.verdict,
    }
    record(actor, actions.CONFLICT_SETTLED, batch, people=[p.reference for p in people_named], **facts)
    for person in people_named:
        record(actor, actions.CONFLICT_SETTLED, person, file=batch.reference, **facts)
