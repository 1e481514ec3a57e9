"""What falls with something wider is what was in force or asked for, by the rule of `models.standing`."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.consents.choices import CHANNELS, EVERY_CHANNEL, State
from apps.consents.models import ConsentEvent
from apps.consents.services.falling import Fall, let_fall
from tests.consents.test_standing import HISTORIES, PURPOSE, day, naive, told
from tests.factories import SubjectFactory


def expected(history, channel, number):
    places = [channel] if channel else [EVERY_CHANNEL, *CHANNELS]
    states = {naive(history, place, number) for place in places}
    if State.GIVEN in states:
        return [State.WITHDRAWN]
    return [State.REFUSED] if State.REQUESTED in states else []


@pytest.mark.django_db
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=HISTORIES, channel=st.sampled_from(["", "sms", "push"]), number=st.integers(0, 7))
def test_what_was_in_force_ends_and_nothing_else(history, channel, number):
    subject, other = SubjectFactory(), SubjectFactory()
    for person in (subject, other):
        told(person, history)
    before = set(ConsentEvent.objects.values_list("pk", flat=True))
    fall = Fall(subject_id=subject.pk, purpose=PURPOSE, channel=channel, medium="app", occurred_at=day(number))
    ends = let_fall(actor=None, falls=[fall, fall])
    added = ConsentEvent.objects.exclude(pk__in=before)
    assert [(event.subject_id, event.state, event.channel, event.occurred_at) for event in added] == [
        (subject.pk, state, channel, day(number)) for state in expected(history, channel, number)
    ]
    assert len(ends) == len(added)
