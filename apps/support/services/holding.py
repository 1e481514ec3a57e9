"""Taking hold of a request and its person: the person first, as everywhere, so that nobody waits in a ring."""

from django.utils.translation import gettext as _

from apps.cases.models import Case
from apps.cases.services.taking_hold import hold
from apps.core.errors import NotPossible
from apps.subjects.models import Subject
from apps.subjects.services.locking import lock
from apps.support.models import SupportRequest


def hold_with_person(request: SupportRequest, seen: int | None) -> tuple[Case, Subject]:
    """The case and its person, both locked. Raises Overtaken, NotPossible where nobody is named."""
    subject = Case.objects.select_related("subject").get(pk=request.pk).subject
    if subject is None:
        raise NotPossible(_("Name the person first."))
    (subject,) = lock(subject)
    case = hold(request, seen)
    if case.subject_id != subject.pk:
        raise NotPossible(_("The case is about somebody else now. Look at it again."))
    return case, subject


def require_open(case: Case) -> None:
    """Raise NotPossible for a case that is closed."""
    if not case.is_open:
        raise NotPossible(_("The case is closed."))
