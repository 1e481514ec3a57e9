"""Destroying copies whose time is over, and files that no copy names."""

import time

from django.db import transaction

from apps.audit.services import record
from apps.core import clock, files
from apps.support import actions
from apps.support.access.staging import FOLDER
from apps.support.choices import CopyState
from apps.support.models import ANSWERED, AccessPackage
from apps.support.services.access.holding import FILE_FIELDS, case_of, let_go_of_files

AT_ONCE = 200
_STRAY_SECONDS = 24 * 60 * 60


def destroy_overdue() -> int:
    """Destroy the files of copies that have had their time, handed over or not; how many copies."""
    keys = AccessPackage.objects.overdue().order_by("expires_at").values_list("pk", flat=True)[:AT_ONCE]
    return sum(map(_destroy, list(keys)))


@transaction.atomic
def _destroy(package_id: int) -> bool:
    rows = AccessPackage.objects.overdue().select_for_update(of=("self",)).select_related("request")
    package = rows.filter(pk=package_id).first()
    if package is None:
        return False
    let_go_of_files(package)
    if package.state not in ANSWERED:
        package.state = CopyState.EXPIRED
    package.save(update_fields=["state", *FILE_FIELDS])
    package.links.filter(revoked_at=None).update(revoked_at=clock.now())
    record(None, actions.DESTROYED, case_of(package.request), copy=package.pk)
    return True


def sweep_strays() -> int:
    """Remove files that a worker left when it died: a day old, and named by no copy; how many."""
    folder = files.path_of(FOLDER)
    old = time.time() - _STRAY_SECONDS
    names = (
        {f"{FOLDER}/{path.name}" for path in folder.iterdir() if path.stat().st_mtime < old}
        if folder.is_dir()
        else set()
    )
    for package in AccessPackage.objects.exclude(file="", contents__isnull=True).iterator() if names else ():
        names -= set(package.stored)
    for name in names:
        files.delete(name)
    return len(names)
