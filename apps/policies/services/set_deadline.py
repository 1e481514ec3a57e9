"""Keeping the deadline rules: a new version for a new term, and what a version rests on."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.core import clock
from apps.policies import actions
from apps.policies.models import DeadlineRule

# What a version says about its term: cases were opened by it once it holds, so it stays as it is.
TERM = frozenset({"length", "counting"})
CHANGEABLE = TERM | {"legal_ref", "status"}


def _facts(rule: DeadlineRule) -> dict[str, Any]:
    return {"rule": rule.code, "counting": rule.counting, "rests_on": rule.status, "holds_from": rule.valid_from}


@transaction.atomic
def add_version(*, actor: User, rule: DeadlineRule) -> DeadlineRule:
    """Store a new version; it holds for what is received from its day on. Raises ValidationError by field."""
    require(actor, "policies.add_deadlinerule")
    rule.full_clean()
    rule.save(force_insert=True)
    record(actor, actions.RULE_ADDED, rule, length=rule.length, **_facts(rule))
    return rule


@transaction.atomic
def change_version(*, actor: User, rule: DeadlineRule, fields: Iterable[str]) -> DeadlineRule:
    """Store the named fields of a version; whoever checked it checked what it said before.

    The term itself changes before its day only. Raises ValidationError.
    """
    require(actor, "policies.change_deadlinerule")
    row = DeadlineRule.objects.select_for_update(of=("self",)).get(pk=rule.pk)
    changed = sorted(CHANGEABLE & set(fields))
    if row.valid_from <= clock.today() and TERM & set(changed):
        raise ValidationError(_("This version holds already. Add a new one that begins on another day."))
    for name in changed:
        setattr(row, name, getattr(rule, name))
    row.full_clean()
    row.verified_by, row.verified_on = None, None
    row.save()
    if changed:
        record(actor, actions.RULE_CHANGED, row, length=row.length, fields=changed, **_facts(row))
    return row


@transaction.atomic
def verify_version(*, actor: User, rule: DeadlineRule) -> DeadlineRule:
    """Say that somebody checked a version against its source today. Raises PermissionDenied."""
    require(actor, "policies.verify_deadlinerule")
    row = DeadlineRule.objects.select_for_update(of=("self",)).get(pk=rule.pk)
    row.verified_by, row.verified_on = actor, clock.today()
    row.save(update_fields=["verified_by", "verified_on"])
    record(actor, actions.RULE_VERIFIED, row, **_facts(row))
    return row
