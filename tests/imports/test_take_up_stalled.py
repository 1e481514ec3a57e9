"""Jobs whose worker died are queued again, nobody has to ask for it."""

from types import SimpleNamespace

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django import app as jobs

from apps.imports.tasks import merge_batch, read_batch, take_up_stalled

WORKER = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval) RETURNING id"
JOB = """INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, worker_id)
    VALUES ('default', %s, '{"batch_id": 1}', 'doing', %s) RETURNING id"""


def under_way(task: str, silent_for: str) -> int:
    """The number of a job that a worker took, which was last heard of so long ago."""
    with connection.cursor() as cursor:
        cursor.execute(WORKER, [silent_for])
        cursor.execute(JOB, [task, cursor.fetchone()[0]])
        return cursor.fetchone()[0]


def status_of(job: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [job])
        return cursor.fetchone()[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("task", "silent_for", "status"),
    [
        (merge_batch.name, "2 minutes", "todo"),
        (read_batch.name, "2 minutes", "todo"),
        (merge_batch.name, "1 second", "doing"),
        ("somebody.else", "2 minutes", "doing"),
    ],
)
def test_only_jobs_of_dead_workers_are_taken_up(task, silent_for, status):
    job = under_way(task, silent_for)
    async_to_sync(take_up_stalled.func)(SimpleNamespace(app=jobs), timestamp=0)
    assert status_of(job) == status


def test_it_runs_every_minute():
    assert jobs.periodic_registry.periodic_tasks["imports.take_up_stalled", ""].cron == "* * * * *"
