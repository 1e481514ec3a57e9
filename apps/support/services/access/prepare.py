"""Preparing a copy: asked for by an officer, made by a job out of what every app's eraser shows."""

from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.cases.choices import Direction
from apps.cases.models import Message
from apps.cases.services.write import NewMessage, add_message
from apps.core import clock, erasers, files
from apps.core.errors import NotPossible
from apps.support import actions
from apps.support.access.staging import Stage
from apps.support.choices import COPY_JOBS, CopyState, Topic
from apps.support.models import LIVE, AccessPackage, SupportRequest
from apps.support.services.access.holding import (
    FILE_FIELDS,
    MAY_PREPARE,
    case_of,
    hold_package,
    hold_request,
    let_go_of_files,
    require_fit,
)  # fmt: skip

ITEMS_A_MARK = 500


@transaction.atomic
def prepare(request: SupportRequest, *, actor: User) -> AccessPackage:
    """Begin a copy; the caller queues the job. Raises NotPossible while nobody is verified, or while there is one that
    stands in its way; PermissionDenied.
    """
    require(actor, MAY_PREPARE)
    row = hold_request(request)
    require_fit(row)
    if not row.is_open:
        raise NotPossible(_("The case is closed."))
    if row.packages.filter(state__in=LIVE).exists():
        raise NotPossible(_("There is a copy already. Go on with it, or discard it."))
    package = AccessPackage.objects.create(
        request=row, person=row.subject_id, language=row.language, made_by=actor,
        machine_only=row.topic == Topic.PORTABILITY,
    )  # fmt: skip
    record(actor, actions.PREPARED, case_of(row), copy=package.pk)
    return package


def collect(*, package_id: int) -> AccessPackage:
    """Write all that is held to stored files, in the language of the request; one that a dead worker left begins anew.

    Reads as it goes: in memory is some hundred rows, however many there are.
    """
    package = AccessPackage.objects.select_related("request").get(pk=package_id)
    if package.state != CopyState.PREPARING or package.person is None:
        return package
    package.as_of, package.items = clock.now(), 0
    total = sum(held.count for eraser in erasers.registry for held in eraser.find(package.person))
    AccessPackage.objects.filter(pk=package.pk).update(items=0, total=total)
    with override(package.language), Stage() as stage:
        # Lowest app first: who the person is stands before what was done.
        for eraser in reversed(list(erasers.registry)):
            for item in eraser.export(package.person):
                stage.add(item)
                package.items += 1
                if package.items % ITEMS_A_MARK == 0:
                    AccessPackage.objects.filter(pk=package.pk).update(items=package.items)
    package.contents = [section.to_json() for section in stage.sections.values()]
    package.flagged = sum(section.flagged for section in stage.sections.values())
    try:
        return _prepared(package)
    except NotPossible:  # discarded, or made by another worker in the meantime
        for name in package.stored:
            files.delete(name)
        return AccessPackage.objects.get(pk=package_id)


@transaction.atomic
def _prepared(package: AccessPackage) -> AccessPackage:
    hold_package(package.pk, CopyState.PREPARING)
    package.state = CopyState.READY
    package.expires_at = clock.now() + timedelta(days=settings.ACCESS_KEEP_DAYS)
    package.save(update_fields=["state", "as_of", "items", "flagged", "contents", "expires_at"])
    facts = {"copy": package.pk, "items": package.items, "flagged": package.flagged}
    record(package.made_by, actions.READY, case_of(package.request), **facts)
    return package


@transaction.atomic
def fail(*, package_id: int, error: str) -> None:
    """Say that a worker gave up; `error` is the name of what went wrong, without values.

    What was looked through stays so: a copy that could not be put together can be released again.
    """
    with suppress(NotPossible):
        package = hold_package(package_id, *COPY_JOBS)
        package.state = CopyState.FAILED if package.state == CopyState.PREPARING else CopyState.READY
        package.save(update_fields=["state"])
        record(None, actions.FAILED, case_of(package.request), copy=package.pk, error=error)


@transaction.atomic
def take_up(*, package: AccessPackage, actor: User) -> AccessPackage:
    """Begin again with a copy that stands still; the caller queues the job of its state. Raises NotPossible where
    somebody was first, PermissionDenied.
    """
    require(actor, MAY_PREPARE)
    row = hold_package(package.pk, *COPY_JOBS)
    if not row.stands_still:
        raise NotPossible(_("A worker has the copy. If it died, another takes it up by itself within two minutes."))
    record(actor, actions.TAKEN_UP, case_of(row.request), copy=row.pk)
    return row


@transaction.atomic
def discard(*, package: AccessPackage, actor: User) -> None:
    """Destroy a copy that nobody has yet, with its links. Raises NotPossible, PermissionDenied."""
    require(actor, MAY_PREPARE)
    row = hold_package(package.pk, CopyState.READY, CopyState.RELEASED, CopyState.PREPARING)
    row.links.all().delete()
    let_go_of_files(row)
    row.state = CopyState.DISCARDED
    row.save(update_fields=["state", *FILE_FIELDS])
    record(actor, actions.DISCARDED, case_of(row.request), copy=row.pk)


@transaction.atomic
def tell_nothing(request: SupportRequest, *, actor: User, came_by: str, text: str) -> Message:
    """Answer that nothing is held, where nobody is found by what the person gave; the message is kept.

    Raises NotPossible where somebody is named, PermissionDenied.
    """
    require(actor, MAY_PREPARE)
    row = hold_request(request)
    if not (row.is_open and row.asks_for_copy) or row.subject_id is not None:
        raise NotPossible(_("The case names a person, of whom something is held. Prepare a copy."))
    told = NewMessage(direction=Direction.OUT, came_by=came_by, text=text)
    message = add_message(row, actor=actor, message=told)
    AccessPackage.objects.create(
        request=row, language=row.language, made_by=actor, state=CopyState.NOTHING, handed_at=clock.now()
    )
    record(actor, actions.NOTHING, case_of(row))
    return message
