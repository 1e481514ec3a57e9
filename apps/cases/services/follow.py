"""When two people become one, the survivor's cases are those of both."""

from django.db.models import F

from apps.accounts.models import User
from apps.audit.services import record
from apps.cases import actions
from apps.cases.models import Case
from apps.subjects.models import Subject


def follow(*, actor: User, survivor: Subject, absorbed: Subject) -> None:
    """Move the absorbed person's cases, in the transaction of the merge."""
    cases = Case.objects.filter(subject=absorbed).update(subject=survivor, version=F("version") + 1)
    if cases:
        record(actor, actions.FOLLOWED, survivor, cases=cases, person=absorbed.reference)
