"""Refusing and asking again at the same moment: what was refused last stands, whoever comes first."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection, connections, transaction

from apps.optouts.models import Resubscription, Suppression
from apps.optouts.services.apply import apply_facts
from apps.optouts.services.resubscribe import apply_wishes
from tests.optouts.test_resubscribe import refusal, wish

pytestmark = pytest.mark.django_db(transaction=True)

LAST = refusal(2)
SOMEBODY_WAITS = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"


def refuse_last() -> None:
    apply_facts(actor=None, facts=[LAST])


def ask_again() -> None:
    apply_wishes([wish(1)])


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


def closing(act: Callable[[], None]) -> None:
    try:
        act()
    finally:
        connections.close_all()


def wait_for_somebody() -> None:
    """Until another connection waits for what this transaction holds."""
    until = time.monotonic() + 30
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute(SOMEBODY_WAITS)
            if cursor.fetchone()[0]:
                return
            time.sleep(0.01)
    pytest.fail("nobody waits")


@pytest.mark.parametrize(("first", "second"), [(refuse_last, ask_again), (ask_again, refuse_last)])
def test_a_refusal_that_comes_while_the_old_one_is_lifted_is_not_lost(pool, first, second):
    apply_facts(actor=None, facts=[refusal(0)])
    with transaction.atomic():
        first()
        other = pool.submit(partial(closing, second))
        wait_for_somebody()
    other.result(timeout=30)
    assert Suppression.objects.get().since == LAST.occurred
    assert Resubscription.objects.count() == 1


def test_the_same_confirmation_many_times_at_once(pool):
    apply_facts(actor=None, facts=[refusal(0)])
    assert Suppression.objects.count() == 1
    for job in [pool.submit(partial(closing, ask_again)) for _ in range(8)]:
        job.result(timeout=30)
    assert (Suppression.objects.count(), Resubscription.objects.count()) == (0, 1)
