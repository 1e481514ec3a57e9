"""What a case is about may be said later; its term is that of the new topic, from the same receipt."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from apps.audit.models import Entry
from apps.cases.models import Case
from apps.cases.services.move import move
from apps.cases.services.retopic import retopic
from apps.cases.services.taking_hold import Overtaken
from apps.core import clock
from apps.core.errors import NotPossible
from tests import factories
from tests.cases.conftest import at


def made(**values) -> Case:
    with clock.standing_at(at("2026-04-29T10:00")):
        return Case.objects.get(pk=factories.RequestFactory(received_at=at("2026-04-29T10:00"), **values).pk)


def test_the_term_is_counted_anew_from_the_same_receipt(officer):
    case = made(topic="unsubscribe")
    row = retopic(case, actor=officer, topic="access", seen=case.version)
    assert (row.topic, row.due_at, row.rule.code) == ("access", at("2026-05-18T23:59:59"), "access")
    facts = Entry.objects.about(case).get(action="cases.retopic").facts
    assert (facts["was"], facts["topic"]) == ("support.unsubscribe", "support.access")


def test_while_the_clock_stands_it_goes_on_standing(officer):
    case = made(topic="question")
    with clock.standing_at(at("2026-04-30T10:00")):
        move(case, "wait", actor=officer, seen=None, reason="identity")
        row = retopic(case, actor=officer, topic="access", seen=None)
    assert row.due_at is None


def test_on_the_case_s_page(desk):
    case = made(topic="question")
    desk.post(
        reverse("admin:cases_case_retopic", args=[case.pk]), {"topic-seen": case.version, "topic-topic": "complaint"}
    )
    case.refresh_from_db()
    assert case.topic == "complaint"


def test_what_stands_against_it(officer, agent):
    case = made(topic="question")
    for actor, topic, seen, error in (
        (agent, "access", None, PermissionDenied),
        (officer, "access", case.version + 1, Overtaken),
        (officer, "question", None, NotPossible),
        (officer, "nonsense", None, NotPossible),
    ):
        with pytest.raises(error):
            retopic(case, actor=actor, topic=topic, seen=seen)
    move(case, "withdraw", actor=officer, seen=None)
    with pytest.raises(NotPossible, match="closed"):
        retopic(case, actor=officer, topic="access", seen=None)
