"""Lists by whole days: what the start page calls today is what its list shows."""

import pytest
import time_machine
from django.urls import reverse

from apps.subjects.models import Subject
from tests.factories import SubjectFactory


@pytest.mark.parametrize(("since", "seen"), [("1", 1), ("7", 2), ("30", 3), ("", 4), ("x", 4)])
@time_machine.travel("2026-11-22T08:00:00+06:00", tick=False)
def test_today_begins_at_midnight_of_the_operator_s_place(desk, since, seen):
    moments = ("2026-11-22T00:00:01+06:00", "2026-11-21T23:59:59+06:00", "2026-11-15T23:59:59+06:00",
               "2026-10-23T23:59:59+06:00")  # fmt: skip
    people = [SubjectFactory(created_at=moment) for moment in moments]
    html = desk.get(reverse("admin:subjects_subject_changelist"), {"since": since}).content.decode()
    assert [person.reference in html for person in people] == [n < seen for n in range(4)]
    assert Subject.objects.count() == 4
