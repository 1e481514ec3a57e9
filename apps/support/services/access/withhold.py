"""Withholding parts of a copy before it is released, and giving them after all."""

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.core.erasers import Item
from apps.core.errors import NotPossible
from apps.subjects.choices import RevealReason
from apps.subjects.services.reveal import reveal
from apps.support import actions
from apps.support.access.staging import Section, read_items
from apps.support.access.withholding import WHOLE
from apps.support.choices import CopyState, Withheld
from apps.support.models import AccessPackage, Redaction
from apps.support.services.access.holding import MAY_PREPARE, case_of, hold_package, require_same_person


def item_of(package: AccessPackage, section: str, number: int) -> Item:
    """One item of a copy that is looked through. Raises NotPossible where there is none."""
    for kept in package.sections:
        if kept["code"] == section:
            for _number, item in read_items(Section.from_json(kept), number, number + 1):
                return item
    raise NotPossible(_("There is no such entry in the copy."))


@transaction.atomic
def withhold(
    *, package: AccessPackage, actor: User, section: str, number: int, reason: str, key: str = WHOLE
) -> Redaction:
    """Withhold a value of an item, or all of it; a second reason replaces the first. Raises NotPossible,
    PermissionDenied.
    """
    require(actor, MAY_PREPARE)
    row = hold_package(package.pk, CopyState.READY)
    item = item_of(row, section, number)
    if key and key not in {value.key for value in item.values}:
        raise NotPossible(_("There is no such entry in the copy."))
    made, _new = Redaction.objects.update_or_create(
        package=row, section=section, number=number, key=key,
        defaults={"reason": Withheld(reason), "made_by": actor},
    )  # fmt: skip
    facts = {"category": section, "item": number, "why": made.reason}
    record(actor, actions.WITHHELD, case_of(row.request), copy=row.pk, **facts)
    return made


@transaction.atomic
def give_after_all(*, redaction: Redaction, actor: User) -> None:
    """Take a withholding back, as long as the copy is not released. Raises NotPossible, PermissionDenied."""
    require(actor, MAY_PREPARE)
    row = hold_package(redaction.package_id, CopyState.READY)
    redaction.delete()
    facts = {"category": redaction.section, "item": redaction.number}
    record(actor, actions.GIVEN_AGAIN, case_of(row.request), copy=row.pk, **facts)


@transaction.atomic
def look(*, package: AccessPackage, actor: User) -> None:
    """Leave to see the person's values for REVEAL_MINUTES, to look through their copy. Raises NotPossible,
    PermissionDenied.
    """
    require(actor, MAY_PREPARE)
    row = hold_package(package.pk, CopyState.READY)
    require_same_person(row)
    assert row.request.subject is not None
    leave = reveal(actor=actor, subject=row.request.subject, reason=RevealReason.REQUEST)
    minutes = round((leave.until - leave.created_at).total_seconds() / 60)
    record(actor, actions.LOOKED, case_of(row.request), copy=row.pk, minutes=minutes)
