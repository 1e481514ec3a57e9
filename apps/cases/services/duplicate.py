"""Closing a case because another one asks the same."""

from django.db import transaction

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.cases.choices import LinkKind
from apps.cases.kinds import WORK
from apps.cases.models import Case, CaseLink
from apps.cases.services.link import link_cases
from apps.cases.services.move import move


@transaction.atomic
def close_as_duplicate(case: Case, *, actor: User, other: Case, seen: int | None) -> Case:
    """Link it with the other and close it. The kind's step looks that the other comes before: the first *verified*
    request wins. Raises Overtaken, NotPossible, PermissionDenied.
    """
    require(actor, WORK)
    if not CaseLink.objects.of(case).filter(first__in=[case, other], second__in=[case, other]).exists():
        link_cases(case, actor=actor, other=other, kind=LinkKind.DUPLICATE)
    return move(case, case.workflow.duplicate, actor=actor, seen=seen)
