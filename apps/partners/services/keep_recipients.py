"""Keeping the register of recipients: where they are, what they may receive, and how an erasure reaches them."""

from collections.abc import Collection, Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.core import clock
from apps.partners import actions
from apps.partners.models import Processing, Recipient
from apps.partners.models.recipients import AFTER_SHIPPED
from apps.policies.models import DataCategory

MAY_DECIDE = "partners.decide_recipient"
# What is told about a recipient, and what is decided.
TOLD = frozenset({"title_ky", "title_ru", "title_en", "country", "cross_border", "route", "contact"})
DECIDED = frozenset({"kind", "ground", "categories", "retired"})


@transaction.atomic
def add_recipient(*, actor: User, recipient: Recipient, categories: Collection[DataCategory]) -> Recipient:
    """Store a new recipient and what it may receive. Raises ValidationError by field."""
    require(actor, "partners.add_recipient")
    recipient.position = AFTER_SHIPPED
    recipient.full_clean()
    recipient.save(force_insert=True)
    recipient.categories.set(categories)
    record(actor, actions.ADD_RECIPIENT, recipient, code=recipient.code, categories=_codes(categories))
    return recipient


@transaction.atomic
def change_recipient(
    *, actor: User, recipient: Recipient, fields: Iterable[str], categories: Collection[DataCategory] | None = None
) -> Recipient:
    """Store the named fields of a recipient, and what it may receive where `categories` is among them.

    Its code never changes. What is decided about it (DECIDED) needs leave of its own. Raises ValidationError, also
    where the record of processing names a category that would be taken away.
    """
    require(actor, "partners.change_recipient")
    changed = sorted((TOLD | DECIDED) & set(fields))
    if DECIDED & set(changed):
        require(actor, MAY_DECIDE)
    row = Recipient.objects.select_for_update().get(pk=recipient.pk)
    stored = [name for name in changed if name != "categories"]
    for name in stored:
        setattr(row, name, getattr(recipient, name))
    row.changed_at = clock.now()
    row.full_clean()
    row.save(update_fields=[*stored, "changed_at"])
    if "categories" in changed and categories is not None:
        refuse_used(row, categories)
        row.categories.set(categories)
    _record_change(actor, row, changed)
    return row


def refuse_used(recipient: Recipient, categories: Collection[DataCategory]) -> None:
    """Raise ValidationError where a use that goes on sends the recipient something that is not among `categories`."""
    kept = [category.code for category in categories]
    used = Processing.objects.in_use().filter(recipient=recipient).exclude(category__in=kept)
    titles = sorted({use.category.title for use in used.select_related("category")})
    if titles:
        told = _("The record of processing sends it this; end these uses first: %(titles)s.")
        raise ValidationError({"categories": told % {"titles": ", ".join(titles)}})


def _record_change(actor: User, recipient: Recipient, changed: list[str]) -> None:
    others = [name for name in changed if name != "retired"]
    if "categories" in others:
        codes = _codes(recipient.categories.all())
        record(actor, actions.CHANGE_RECIPIENT, recipient, code=recipient.code, fields=others, categories=codes)
    elif others:
        record(actor, actions.CHANGE_RECIPIENT, recipient, code=recipient.code, fields=others)
    if "retired" in changed:
        action = actions.RETIRE_RECIPIENT if recipient.retired else actions.RESTORE_RECIPIENT
        record(actor, action, recipient, code=recipient.code)


def _codes(categories: Iterable[DataCategory]) -> list[str]:
    return sorted(category.code for category in categories)
