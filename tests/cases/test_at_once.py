"""Many officers at the same cases through HTTP at once: no change is lost, none is made twice."""

import random
import re
import threading
from collections import Counter

import pytest
from django.contrib.auth import get_user_model
from django.db import connections
from django.test import Client
from django.urls import reverse

from apps.accounts.choices import Role
from apps.audit.models import Entry
from apps.cases.models import Case
from tests.cases.test_walks import assert_consistent
from tests.factories import RequestFactory, make_user

BUTTON = re.compile(r'action="([^"]+/(?:step/\w+|take)/)".*?name="([\w-]+-seen)" value="(\d+)"', re.DOTALL)
OFFICERS, CASES, ACTS = 6, 4, 6


@pytest.fixture
def crowd(transactional_db):
    cases = [RequestFactory().pk for _number in range(CASES)]
    return cases, [make_user(Role.OFFICER).pk for _number in range(OFFICERS)]


def work(user_id: int, cases: list[int], said: Counter, together: threading.Barrier) -> None:
    """Open a case's page and press one of its buttons, again and again."""
    dice = random.Random(user_id)  # noqa: S311
    client = Client()
    client.force_login(get_user_model().objects.get(pk=user_id), backend="django.contrib.auth.backends.ModelBackend")
    together.wait(60)
    try:
        for _number in range(ACTS):
            place = reverse("admin:cases_case_change", args=[dice.choice(cases)])
            html = client.get(place).content.decode()
            forms = re.findall(
                r'action="([^"]+/(?:step/\w+|take)/)".*?name="([\w-]+-seen)" value="(\d+)"', html, re.DOTALL
            )
            action, name, seen = dice.choice(forms)
            data = {name: seen, name.replace("-seen", "-reason"): "details"}
            answer = client.post(action, data, follow=True)
            assert answer.status_code == 200
            said["overtaken" if "was first" in answer.content.decode() else "asked"] += 1
    finally:
        connections.close_all()


def test_no_change_is_lost_and_none_is_made_twice(crowd):
    cases, officers = crowd
    said: Counter = Counter()
    together = threading.Barrier(len(officers))
    threads = [threading.Thread(target=work, args=(pk, cases, said, together)) for pk in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert sum(said.values()) == OFFICERS * ACTS
    for case in Case.objects.filter(pk__in=cases):
        changes = Entry.objects.about(case).filter(action__in=["cases.move", "cases.assign"])
        assert case.version == 1 + changes.count()  # every change stands in the record, and none was written over
        assert_consistent(case)
        assert_a_walk(case)


def assert_a_walk(case: Case) -> None:
    """Its entries, one after the other, are steps that follow on each other."""
    state = case.workflow.initial
    for code in (
        Entry.objects.about(case).filter(action="cases.move").order_by("pk").values_list("facts__step", flat=True)
    ):
        step = case.workflow.transition(code.partition(".")[2])
        assert state in step.sources
        state = step.target
    assert state == case.status
