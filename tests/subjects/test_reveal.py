"""Values are shown for a reason, for some minutes, to one member of staff."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection

from apps.audit.models import Entry
from apps.core import clock
from apps.subjects.models import Reveal
from apps.subjects.services.reveal import hide, reveal
from tests.factories import SubjectFactory


def test_a_reveal_lasts_its_minutes_and_is_recorded(officer, settings):
    settings.REVEAL_MINUTES = 7
    subject = SubjectFactory()
    leave = reveal(actor=officer, subject=subject, reason="call", note="asked for her card")
    assert Reveal.objects.in_force(officer.pk).get() == leave
    assert Entry.objects.about(subject).get().facts == {"reason": "call", "minutes": 7}
    with time_machine.travel(clock.now() + timedelta(minutes=7, seconds=1)):
        assert not Reveal.objects.in_force(officer.pk).exists()


def test_it_is_nobody_elses(officer, agent):
    reveal(actor=officer, subject=SubjectFactory(), reason="call")
    assert Reveal.objects.in_force(officer.pk).exists()
    assert not Reveal.objects.in_force(agent.pk).exists()


def test_the_note_lies_encrypted(officer):
    leave = reveal(actor=officer, subject=SubjectFactory(), reason="call", note="asked for her card")
    assert Reveal.objects.get(pk=leave.pk).note == "asked for her card"
    with connection.cursor() as cursor:
        cursor.execute("SELECT note FROM subjects_reveal")
        assert b"card" not in bytes(cursor.fetchone()[0])


def test_hiding_ends_it_and_is_recorded_once(officer):
    subject = SubjectFactory()
    reveal(actor=officer, subject=subject, reason="call")
    hide(actor=officer, subject=subject)
    hide(actor=officer, subject=subject)
    assert not Reveal.objects.in_force(officer.pk).exists()
    assert list(Entry.objects.about(subject).values_list("action", flat=True)) == ["subjects.hide", "subjects.reveal"]


def test_agents_and_unknown_reasons_reveal_nothing(agent, officer):
    with pytest.raises(PermissionDenied):
        reveal(actor=agent, subject=SubjectFactory(), reason="call")
    with pytest.raises(ValueError, match="curiosity"):
        reveal(actor=officer, subject=SubjectFactory(), reason="curiosity")
    assert not Reveal.objects.exists()
