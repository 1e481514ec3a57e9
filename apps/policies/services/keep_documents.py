"""Keeping the list of policy documents: one for each application or site that has a policy of its own."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.policies import actions
from apps.policies.models import PolicyDocument

CHANGEABLE = frozenset({"title_ky", "title_ru", "title_en"})


@transaction.atomic
def add_document(*, actor: User, document: PolicyDocument) -> PolicyDocument:
    """Store a new document, behind the others. Its code stands in public addresses and never changes.

    Raises PermissionDenied; ValidationError by field.
    """
    require(actor, "policies.add_policydocument")
    last = PolicyDocument.objects.aggregate(last=Max("position"))["last"]
    document.position = 0 if last is None else last + 1
    document.full_clean()
    document.save(force_insert=True)
    record(actor, actions.DOCUMENT_ADDED, PolicyDocument, document=document.code)
    return document


@transaction.atomic
def change_document(*, actor: User, document: PolicyDocument, fields: Iterable[str]) -> PolicyDocument:
    """Store the named titles. Raises PermissionDenied; ValidationError by field."""
    require(actor, "policies.change_policydocument")
    changed = sorted(CHANGEABLE & set(fields))
    row = PolicyDocument.objects.select_for_update().get(pk=document.pk)
    for name in changed:
        setattr(row, name, getattr(document, name))
    row.full_clean()
    if changed:
        row.save(update_fields=changed)
        record(actor, actions.DOCUMENT_CHANGED, PolicyDocument, document=row.code, fields=changed)
    return row
