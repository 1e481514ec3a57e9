"""Opening a case: its number, its rule by the day of receipt, its clock."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction

from apps.audit.models import Entry
from apps.cases.models import Case
from apps.cases.services.open_case import open_case
from apps.core import clock
from apps.core.errors import NotPossible
from apps.support.models import SupportRequest
from tests.cases.conftest import at
from tests.factories import RequestFactory

pytestmark = pytest.mark.django_db


def test_a_reference_can_be_said_on_the_phone_and_its_number_is_enough():
    case = RequestFactory()
    assert case.reference == f"SR-{clock.today().year}-{case.pk:06d}"
    for said in (
        case.reference,
        case.reference.lower(),
        str(case.pk),
        f"ср {clock.today().year}-{case.pk}",
        f"№{case.pk}",
    ):
        found = list(Case.objects.sought(said))
        assert found == ([] if said.startswith("№") else [Case.objects.get(pk=case.pk)]), said


def test_the_rule_is_that_of_the_day_of_receipt():
    new = RequestFactory(received_at=at("2026-04-29T15:00"))
    assert new.rule.legal_ref.startswith("Digital Code")
    assert new.due_at == at("2026-05-18T23:59:59")
    old = RequestFactory(received_at=at("2026-01-20T15:00"))
    assert old.rule.legal_ref == "Law No. 58 of 14.04.2008"
    assert old.due_at == at("2026-01-27T23:59:59")


def test_opening_is_recorded_about_the_case_itself(officer):
    request = SupportRequest(topic="access", came_by="phone", received_at=clock.now())
    case = open_case(actor=officer, case=request, kind="support")
    entry = Entry.objects.about(Case.objects.get(pk=case.pk)).get()
    assert (entry.action, entry.actor) == ("cases.open", officer)
    assert ("about", "Access: what is held about me") in entry.facts_list()


def test_nothing_is_received_tomorrow():
    with pytest.raises(NotPossible):
        RequestFactory(received_at=clock.now() + timedelta(hours=1))
    assert not Case.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_a_number():
    """While one transaction has taken a number and is not over, another takes the next and ends."""
    RequestFactory()
    references = []

    def take() -> None:
        references.append(RequestFactory().reference)
        connections.close_all()

    with transaction.atomic():
        mine = RequestFactory()
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '5s'")
        thread = threading.Thread(target=take)
        thread.start()
        thread.join(20)
        assert references
        assert mine.reference not in references
        transaction.set_rollback(True)
    assert Case.objects.count() == 2
