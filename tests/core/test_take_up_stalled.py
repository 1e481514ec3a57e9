"""Jobs whose worker died are seen to, nobody has to ask for it."""

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from asgiref.sync import async_to_sync
from django.db import connection, connections
from procrastinate.contrib.django import app as jobs

from apps.core.tasks import take_up_stalled

WORKER = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval) RETURNING id"
JOB = """INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, worker_id, lock, queueing_lock)
    VALUES ('default', %s, '{}', 'doing', %s, %s, %s) RETURNING id"""


def under_way(task: str, silent_for: str | None) -> int:
    """The number of a job that a worker took, last heard of so long ago; None for one whose row is gone."""
    worker = None
    with connection.cursor() as cursor:
        if silent_for:
            cursor.execute(WORKER, [silent_for])
            worker = cursor.fetchone()[0]
        declared = jobs.tasks[task]
        cursor.execute(JOB, [task, worker, declared.lock, declared.queueing_lock])
        return cursor.fetchone()[0]


def status_of(job: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [job])
        return cursor.fetchone()[0]


def see_to_them() -> None:
    """As the worker does, in a thread of its own: a browser in a test before leaves its event loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(async_to_sync(take_up_stalled.func), SimpleNamespace(app=jobs), timestamp=0).result()
        thread.submit(connections.close_all).result()


@pytest.mark.usefixtures("transactional_db")
@pytest.mark.parametrize(
    ("task", "silent_for", "status"),
    [
        ("imports.merge_batch", "2 minutes", "todo"),
        ("imports.read_batch", "2 minutes", "todo"),
        ("imports.read_batch", None, "todo"),
        ("imports.merge_batch", "1 second", "doing"),
        ("optouts.drain_journal", "2 minutes", "failed"),
        ("audit.seal", "2 minutes", "failed"),
        ("audit.seal", "1 second", "doing"),
    ],
)
def test_only_jobs_of_dead_workers_are_seen_to(task, silent_for, status):
    job = under_way(task, silent_for)
    see_to_them()
    assert status_of(job) == status


@pytest.mark.usefixtures("transactional_db")
def test_the_lock_of_a_dead_job_keeps_nobody_out_any_longer():
    under_way("optouts.drain_journal", "2 minutes")
    jobs.tasks["optouts.drain_journal"].defer(timestamp=1)
    with connection.cursor() as cursor:
        fetch = "SELECT (procrastinate_fetch_job_v2(NULL, %s)).task_name"
        cursor.execute(WORKER, ["0 seconds"])
        worker = cursor.fetchone()[0]
        cursor.execute(fetch, [worker])
        assert cursor.fetchone() == (None,)
        see_to_them()
        cursor.execute(fetch, [worker])
        assert cursor.fetchone() == ("optouts.drain_journal",)


def test_every_job_is_either_periodic_or_can_be_queued_again():
    periodic = {entry.task.name for entry in jobs.periodic_registry.periodic_tasks.values()}
    ours = {name: task for name, task in jobs.tasks.items() if not name.startswith("builtin")}
    assert {"optouts.drain_journal", "audit.seal", "core.take_up_stalled"} <= periodic
    assert {name for name, task in ours.items() if task.queueing_lock} == periodic & ours.keys()


def test_it_runs_every_minute():
    assert jobs.periodic_registry.periodic_tasks["core.take_up_stalled", ""].cron == "* * * * *"
