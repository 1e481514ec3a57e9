"""Keeping the record of processing: uses of data, and how long data of each is kept."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.core import clock
from apps.partners import actions
from apps.partners.models import Processing, Retention

CHANGEABLE = frozenset({"mandatory", "status", "reference", "note", "retired"})


def facts_of(use: Processing) -> dict[str, str]:
    """The codes of what a use ties together; the operator itself is `operator`."""
    recipient = use.recipient.code if use.recipient else "operator"
    return {"category": use.category_id, "purpose": use.purpose_id, "recipient": recipient}


@transaction.atomic
def add_use(*, actor: User, use: Processing) -> Processing:
    """Store a new use. Raises ValidationError, also for what its recipient may not receive."""
    require(actor, "partners.add_processing")
    refuse_not_received(use)
    use.full_clean()
    use.save(force_insert=True)
    record(actor, actions.ADD_USE, use, **facts_of(use))
    return use


@transaction.atomic
def change_use(*, actor: User, use: Processing, fields: Iterable[str]) -> Processing:
    """Store the named fields of a use; what it ties together never changes. Raises ValidationError."""
    require(actor, "partners.change_processing")
    changed = sorted(CHANGEABLE & set(fields))
    row = Processing.objects.select_for_update().get(pk=use.pk)
    if not changed:
        return row
    for name in changed:
        setattr(row, name, getattr(use, name))
    if not row.retired:
        refuse_not_received(row)
    row.changed_at = clock.now()
    row.full_clean()
    row.save(update_fields=[*changed, "changed_at"])
    others = [name for name in changed if name != "retired"]
    if others:
        record(actor, actions.CHANGE_USE, row, **facts_of(row), fields=others)
    if "retired" in changed:
        record(actor, actions.END_USE if row.retired else actions.RESTORE_USE, row, **facts_of(row))
    return row


@transaction.atomic
def set_retention(*, actor: User, use: Processing, retention: Retention) -> Retention:
    """Make a retention period the one that counts from now on; the one before stays known. Raises ValidationError.

    One that says the same as the one before is left alone.
    """
    require(actor, "partners.change_processing")
    row = Processing.objects.select_for_update().get(pk=use.pk)
    if row.retention and row.retention.terms == retention.terms:
        return row.retention
    retention.line, retention.set_by, retention.set_at = row, actor, clock.now()
    retention.full_clean()
    retention.save(force_insert=True)
    row.retention, row.changed_at = retention, retention.set_at
    row.save(update_fields=["retention", "changed_at"])
    told = ("endless", "amount", "unit", "counted_from", "status")
    there = {name: getattr(retention, name) for name in told if getattr(retention, name) not in (None, "")}
    record(actor, actions.SET_RETENTION, row, **facts_of(row), **there)
    return retention


@transaction.atomic
def set_retentions(*, actor: User, uses: Iterable[Processing], retention: Retention) -> int:
    """Make one retention period that of several uses, each with its own row and audit entry; of how many it is new."""
    changed = 0
    for use in sorted(uses, key=lambda use: use.pk):
        copy = Retention(**{name: getattr(retention, name) for name in Retention.TERMS})
        changed += set_retention(actor=actor, use=use, retention=copy) is copy
    return changed


def refuse_not_received(use: Processing) -> None:
    """Raise ValidationError for a category that the recipient may not receive."""
    if use.recipient and not use.recipient.categories.filter(pk=use.category_id).exists():
        told = _("%(recipient)s may not receive this. Allow it on the recipient's page first.")
        raise ValidationError({"category": told % {"recipient": use.recipient.title}})
