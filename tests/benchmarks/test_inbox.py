"""The inbox and the start page over half a million cases: the plan of every box, and what a page takes beside an empty
desk's.

`BENCH_CASES` sets how many (default 500,000), `BENCH_OFFICERS` how many act at once through HTTP (default 50). Says
figures; judges nothing but that no box reads the table, and that of what officers do at once nothing is lost.
"""

import os
import sys
import time
from statistics import median

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from apps.cases.choices import Box
from apps.cases.models import Case
from apps.core.paginator import LookAheadPaginator
from tests.cases.crowd import work
from tests.factories import RequestFactory
from tests.servers import own_home, web_server

CASES = int(os.environ.get("BENCH_CASES", "500000"))
OFFICERS = int(os.environ.get("BENCH_OFFICERS", "50"))
ACTS = int(os.environ.get("BENCH_ACTS", "10"))
TIMES = 15

_FILL = """INSERT INTO cases_case (reference, kind, topic, status, priority, came_by, received_at, opened_at, due_at,
    paused_at, closed_at, assignee_id, extra, version)
SELECT 'SR-2026-' || i, 'support', (ARRAY['access', 'erasure', 'complaint'])[1 + i %% 3],
    CASE WHEN i %% 3 > 0 THEN 'answered' WHEN i %% 30 = 0 THEN 'waiting' ELSE 'in-work' END,
    CASE WHEN i %% 50 = 0 THEN 1 ELSE 2 END, 'phone', t, t,
    CASE WHEN i %% 30 > 0 THEN t + interval '9 days' END, CASE WHEN i %% 30 = 0 THEN t END,
    CASE WHEN i %% 3 > 0 THEN t + interval '1 hour' END, CASE WHEN i %% 7 = 0 THEN %s END, 0, 1
FROM generate_series(1, %s) i, LATERAL (SELECT now() - i * interval '1 minute' AS t) moment"""


def say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def plan_of(rows) -> list[str]:
    """What the database reads for the first page and the look ahead of a list."""
    page = rows.values("pk")[: 50 * (1 + LookAheadPaginator.LOOK_AHEAD_PAGES) + 1]
    plan = page.explain()
    assert "Seq Scan on cases_case" not in plan, plan
    return [line.strip() for line in plan.splitlines() if "Scan" in line or "Sort" in line]


def milliseconds(client: Client, place: str) -> float:
    taken = []
    for _number in range(TIMES):
        began = time.perf_counter()
        assert client.get(place).status_code == 200
        taken.append((time.perf_counter() - began) * 1000)
    return median(taken)


@pytest.mark.django_db
def test_the_inbox_of_half_a_million(officer):
    client = Client()
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    inbox = reverse("admin:cases_case_changelist")
    for _number in range(50):
        RequestFactory()
    start = reverse("admin:index")
    before = {box: milliseconds(client, f"{inbox}?box={box}") for box in Box.values}
    began = milliseconds(client, start)
    with connection.cursor() as cursor:
        cursor.execute(_FILL, [officer.pk, CASES])
        cursor.execute("ANALYZE cases_case")
    say(f"\n{CASES} cases; a page of 50, median of {TIMES}:")
    for box in Box.values:
        after = milliseconds(client, f"{inbox}?box={box}")
        say(f"  {box:<11} {after:6.1f} ms, {after / before[box]:.2f} times an almost empty desk's")
        for line in plan_of(Case.objects.in_box(box, officer.pk)):
            say(f"      {line}")
    now = milliseconds(client, start)
    say(f"  start page  {now:6.1f} ms, {now / began:.2f} times an almost empty desk's")
    narrowed = {
        "about": {"kind": "support", "topic": "erasure"}, "status": {"kind": "support", "status": "waiting"},
        "priority": {"priority": 1},
    }  # fmt: skip
    for name, condition in narrowed.items():
        say(f"  {name}: {'; '.join(plan_of(Case.objects.in_box(Box.OPEN, officer.pk).filter(**condition)))}")


def test_many_officers_at_the_same_cases():
    """Against a real gunicorn; asserts nothing but that no update is lost and no consequence comes twice."""
    with own_home() as home, web_server(home, workers=2, threads=16) as web:
        began = time.perf_counter()
        crowd, changes = work(home, web, officers=OFFICERS, cases=200, acts=ACTS)
        seconds = time.perf_counter() - began
    acts = crowd.said.total()
    say(
        f"\n{OFFICERS} officers at 200 cases through HTTP: {acts} acts, {crowd.said['made']} answered as made, "
        f"{crowd.said['overtaken']} came second, {crowd.said['against']} had something against them; "
        f"{changes} changes, each with its entry, in {seconds:.1f} s with setting up and looking through"
    )
