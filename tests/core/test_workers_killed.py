"""Real workers that are killed at work: another takes up what they had, by itself, and it ends as it would have."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import psutil
import pytest
from django.db import connection

from apps.accounts.choices import Role
from apps.accounts.roles import sync_roles
from apps.audit.models import Entry
from apps.consents.models import Asking, ConsentEvent
from apps.consents.services.ask_again import KEYS_AT_ONCE, begin_asking
from apps.consents.services.record_consent import record_consent
from apps.consents.tasks import run_asking
from apps.core import clock, files
from apps.policies.services.sync_registry import sync_registry
from apps.subjects.models import PersonalRecord, Subject
from apps.support.models import AccessPackage
from apps.support.services.access.prepare import prepare
from apps.support.tasks import prepare_copy
from tests.factories import IdentifierFactory, PartnerFactory, make_user, published_edition
from tests.servers import ROOT, SECONDS
from tests.support.copies import verified_request

# The workers find the tests' database where the embedded server keeps it.
pytestmark = pytest.mark.embedded

RECORDS, PEOPLE, SPANS = 3000, 4, 200
# As if the dead worker were silent for long, and it were time to look for such again.
LATER = """
    UPDATE procrastinate_workers SET last_heartbeat = now() - interval '2 minutes';
    DELETE FROM procrastinate_periodic_defers WHERE task_name = 'core.take_up_stalled'
"""
EMPTY = "TRUNCATE procrastinate_jobs, procrastinate_workers, procrastinate_periodic_defers CASCADE"

Worker = Callable[[], AbstractContextManager[subprocess.Popen[bytes]]]


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture
def worker(transactional_db, tmp_path: Path) -> Iterator[Worker]:
    """Starts one as in operation, on the tests' own database and files."""
    where = connection.settings_dict
    url = f"postgres://postgres@/{where['NAME']}?host={where['HOST']}"
    own = {"DATABASE_URL": url, "AMANAT_HOME": str(tmp_path)}

    @contextmanager
    def start() -> Iterator[subprocess.Popen[bytes]]:
        with (tmp_path / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "procrastinate", "worker"],
                cwd=ROOT, env={**os.environ, **own}, stdout=log, stderr=log,
            )  # fmt: skip
        try:
            yield process
        finally:
            with suppress(psutil.NoSuchProcess):
                process.kill()
            process.wait(SECONDS)

    sync_registry()
    sync_roles()
    run(EMPTY)
    yield start
    run(EMPTY)


def wait_until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + 3 * SECONDS
    while not true():
        assert time.monotonic() < until
        time.sleep(0.005)


def kill_when(worker: Worker, true: Callable[[], bool]) -> None:
    with worker() as process:
        wait_until(true)
        process.kill()
        process.wait(SECONDS)
    run(LATER)


def a_copy(officer) -> AccessPackage:
    """The copy of somebody of whom much is held, queued."""
    subject, partner = IdentifierFactory().subject, PartnerFactory()
    PersonalRecord.objects.bulk_create(
        [
            PersonalRecord(
                subject=subject, partner=partner, category_id="purchases", source="partner", observed_at=clock.now(),
                key=nth.to_bytes(16), payload_digest=bytes(16), payload={"item": f"чай {nth}"},
            )
            for nth in range(RECORDS)
        ]
    )  # fmt: skip
    package = prepare(verified_request(subject), actor=officer)
    prepare_copy.defer(package_id=package.pk)
    return package


def an_asking(officer) -> Asking:
    """An asking of some people whose keys lie far apart, queued."""
    first = published_edition(clock.now() - timedelta(days=400))
    wider = published_edition(clock.now() - timedelta(days=10), number=2, widens=["advertising"])
    newest = Subject.objects.latest("pk").pk
    for nth in range(PEOPLE):
        subject = Subject.objects.create(pk=newest + (nth + 1) * SPANS // PEOPLE * KEYS_AT_ONCE)
        record_consent(
            actor=officer, subject=subject, purpose="advertising", state="given", medium="phone",
            occurred_at=clock.now() - timedelta(days=90), edition=first,
        )  # fmt: skip
    asking = begin_asking(actor=officer, edition_id=wider.pk, purpose="advertising", medium="letter")
    run_asking.defer(asking_id=asking.pk)
    return asking


def test_what_they_had_is_taken_up_by_itself(worker):
    officer = make_user(Role.OFFICER)
    copy, asking = a_copy(officer), an_asking(officer)
    copies, askings = AccessPackage.objects.filter(pk=copy.pk), Asking.objects.filter(pk=asking.pk)
    kill_when(worker, copies.filter(items__gte=500).exists)
    assert copies.get().state == "preparing"
    kill_when(worker, askings.filter(reached__gt=SPANS // PEOPLE * KEYS_AT_ONCE).exists)
    assert askings.get().status == "running"
    assert not askings.get().stands_still
    with worker():
        wait_until(lambda: copies.get().state == "ready" and askings.get().status == "done")
    package = copies.get()
    assert package.items == package.total > RECORDS
    assert all(files.path_of(name).exists() for name in package.stored)
    assert Entry.objects.filter(action="support.copy-ready").count() == 1
    assert askings.get().done == ConsentEvent.objects.filter(state="requested").count() == PEOPLE
