"""Releasing a copy that was looked through: the ZIP is put together of what an officer saw, less what is withheld."""

from contextlib import ExitStack
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.core import clock, files
from apps.core.errors import NotPossible
from apps.core.files import EncryptedWriter
from apps.support import actions
from apps.support.access.archive import Built, build
from apps.support.access.staging import FOLDER
from apps.support.choices import CopyState
from apps.support.models import AccessPackage
from apps.support.services.access.holding import (
    FILE_FIELDS,
    MAY_RELEASE,
    case_of,
    hold_package,
    let_go_of_files,
    require_same_person,
)  # fmt: skip


@transaction.atomic
def release(*, package: AccessPackage, actor: User, looked: bool) -> AccessPackage:
    """Release a copy; the caller queues the job that puts it together.

    `looked`: the officer says that they looked through what others wrote in it. Raises NotPossible, PermissionDenied.
    """
    require(actor, MAY_RELEASE)
    row = hold_package(package.pk, CopyState.READY)
    require_same_person(row)
    if row.flagged and not looked:
        raise NotPossible(_("Look through the flagged entries first: others may be named in them."))
    row.state, row.released_by = CopyState.RELEASING, actor
    row.save(update_fields=["state", "released_by"])
    facts = {"copy": row.pk, "items": row.items, "withheld": row.redactions.count()}
    record(actor, actions.RELEASED, case_of(row.request), **facts)
    return row


def put_together(*, package_id: int) -> AccessPackage:
    """Write the ZIP of a released copy, and its readable page for whoever is given it on paper; both encrypted.

    What was staged is destroyed with it: it has what is withheld.
    """
    package = AccessPackage.objects.select_related("request").get(pk=package_id)
    if package.state != CopyState.RELEASING:
        return package
    with ExitStack() as outputs:
        file = outputs.enter_context(EncryptedWriter(FOLDER))
        page = None if package.machine_only else outputs.enter_context(EncryptedWriter(FOLDER))
        built = build(package, file, page)
    try:
        return _built(package_id, built, file.name, page.name if page else "")
    except NotPossible:  # another worker was faster
        for writer in filter(None, (file, page)):
            files.delete(writer.name)
        return AccessPackage.objects.get(pk=package_id)


@transaction.atomic
def _built(package_id: int, built: Built, file: str, page: str) -> AccessPackage:
    row = hold_package(package_id, CopyState.RELEASING)
    let_go_of_files(row)
    row.file, row.page, row.size, row.digest = file, page, built.size, built.sha256
    row.state, row.released_at = CopyState.RELEASED, clock.now()
    row.expires_at = row.released_at + timedelta(days=settings.ACCESS_KEEP_DAYS)
    row.save(update_fields=["state", "size", "digest", "released_at", "expires_at", *FILE_FIELDS])
    record(row.released_by, actions.BUILT, case_of(row.request), copy=row.pk, bytes=built.size, sha256=built.sha256)
    return row
