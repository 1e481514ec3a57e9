"""A write with a deadline: what hangs is cut, what fails brings a rest, what is urgent is tried all the same."""

import threading

import pytest
from django.db import connection

from apps.optouts.services.bounded import BoundedWriter
from apps.partners.models import Partner

pytestmark = pytest.mark.django_db(transaction=True)


def written() -> int:
    return Partner.objects.filter(name="Written").count()


def write() -> None:
    Partner.objects.create(code=f"written-{written()}", name="Written")


def fail() -> None:
    write()
    raise ValueError


def hang() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(600)")


def test_a_write_is_committed():
    assert BoundedWriter().attempt(write)
    assert written() == 1


def test_a_write_that_fails_leaves_nothing_and_brings_a_rest():
    writer, called = BoundedWriter(rest=600), []
    assert not writer.attempt(fail)
    assert written() == 0
    assert not writer.attempt(lambda: called.append(1))
    assert called == []
    assert writer.attempt(write, urgent=True)
    assert writer.attempt(write)  # what succeeded ends the rest
    assert written() == 2


def test_a_write_that_hangs_is_cut_and_its_thread_is_free_again():
    writer = BoundedWriter(seconds=0.5, rest=0, threads=1)
    assert not writer.attempt(hang)
    patient = BoundedWriter(seconds=30, rest=0, threads=1)
    patient.__dict__["_pool"] = writer._pool
    assert patient.attempt(write)
    assert written() == 1
    end_what_hangs()


def end_what_hangs() -> None:
    """The server goes on with it for a while: it does not notice that the other end was cut off."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%pg_sleep(600)%'"
        )
        assert cursor.fetchall() == [(True,)]


def test_after_a_rest_one_tries_and_the_others_do_not_wait_for_it():
    writer, begun, go_on = BoundedWriter(seconds=30, rest=0), threading.Event(), threading.Event()
    assert not writer.attempt(fail)
    writer.rest = 600

    def slow() -> None:
        begun.set()
        assert go_on.wait(30)

    trial = threading.Thread(target=writer.attempt, args=[slow])
    trial.start()
    assert begun.wait(30)
    assert not writer.attempt(write)
    go_on.set()
    trial.join()
    assert writer.attempt(write)
