"""Taking hold of a copy before it is changed, and what stands against giving one out."""

from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from apps.cases.models import Case
from apps.cases.services.taking_hold import who_was_first
from apps.core import files
from apps.core.errors import NotPossible
from apps.support.models import AccessPackage, SupportRequest

MAY_PREPARE = "support.prepare_accesspackage"
MAY_RELEASE = "support.release_accesspackage"


def case_of(request: SupportRequest) -> Case:
    """The case as the audit knows it."""
    return Case.objects.get(pk=request.pk)


def hold_request(request: SupportRequest) -> SupportRequest:
    """A fresh row of the request, locked with its case."""
    Case.objects.select_for_update(of=("self",)).get(pk=request.pk)
    return SupportRequest.objects.get(pk=request.pk)


def hold_package(package_id: int, *states: str) -> AccessPackage:
    """A fresh row of the copy, locked. Raises NotPossible, with who was first, when it is in none of these states."""
    row = AccessPackage.objects.select_for_update(of=("self",)).select_related("request").get(pk=package_id)
    if row.state not in states:
        raise NotPossible(who_was_first(case_of(row.request)))
    return row


def require_fit(request: SupportRequest) -> None:
    """Nothing is disclosed before it is certain who asks. Raises NotPossible."""
    if not request.asks_for_copy:
        raise NotPossible(_("This request doesn't ask for a copy of the data."))
    if request.subject_id is None:
        raise NotPossible(_("Name the person first."))
    if request.verified_at is None:
        raise NotPossible(_("It is not certain yet who asks. Verify the person first."))


def require_same_person(package: AccessPackage) -> None:
    """A copy goes only to whose data it was made of. Raises NotPossible."""
    require_fit(package.request)
    if package.person != package.request.subject_id:
        raise NotPossible(_("The request names another person by now. Discard this copy and prepare a new one."))


def let_go_of_files(package: AccessPackage) -> None:
    """Forget the stored files; they are removed once the change is sure. The caller saves FILE_FIELDS."""
    for name in package.stored:
        transaction.on_commit(partial(files.delete, name))
    package.file = package.page = ""
    package.contents = None


FILE_FIELDS = ("file", "page", "contents")
