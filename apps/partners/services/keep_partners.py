"""Keeping the list of partners."""

from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.partners import actions
from apps.partners.models import RESERVED_CODES, Partner

CHANGEABLE = frozenset({"name", "language", "active"})


def ensure_operator() -> Partner:
    """The operator's own row: it is an origin of data and a sender of messages like any partner."""
    operator, _created = Partner.objects.get_or_create(
        code=Partner.OPERATOR, defaults={"name": settings.OPERATOR_NAME, "language": "ky"}
    )
    return operator


@transaction.atomic
def add_partner(*, actor: User, partner: Partner) -> Partner:
    """Store a new partner. Raises ValidationError by field, also for a code that means something else."""
    require(actor, "partners.add_partner")
    if partner.code in RESERVED_CODES:
        raise ValidationError({"code": _("This code is taken by the desk itself. Choose another.")})
    partner.full_clean()
    partner.save(force_insert=True)
    record(actor, actions.ADD, partner, code=partner.code)
    return partner


@transaction.atomic
def change_partner(*, actor: User, partner: Partner, fields: Iterable[str]) -> Partner:
    """Store the named fields of a partner; its code never changes, and the operator is never switched off.

    Raises ValidationError.
    """
    require(actor, "partners.change_partner")
    changed = sorted(CHANGEABLE & set(fields))
    row = Partner.objects.select_for_update().get(pk=partner.pk)
    for name in changed:
        setattr(row, name, getattr(partner, name))
    if row.code == Partner.OPERATOR and not row.active:
        raise ValidationError({"active": _("The operator itself can't be switched off.")})
    row.full_clean()
    row.save(update_fields=changed)
    _record_change(actor, row, changed)
    return row


def _record_change(actor: User, partner: Partner, changed: list[str]) -> None:
    others = [name for name in changed if name != "active"]
    if others:
        record(actor, actions.CHANGE, partner, code=partner.code, fields=others)
    if "active" in changed:
        record(actor, actions.SWITCH_ON if partner.active else actions.SWITCH_OFF, partner, code=partner.code)
