"""Blocking and unblocking: in the journal first, in the database next, back from the journal after a restore."""

import pytest
from django.core.exceptions import PermissionDenied

from apps.audit.models import Entry
from apps.core import journal as journals
from apps.core.errors import NotPossible
from apps.core.journal import JournalUnavailable, journal
from apps.subjects.models import Subject
from apps.subjects.services.release import release
from apps.subjects.services.replay import KINDS, replay
from apps.subjects.services.restrict import restrict
from tests.factories import IdentifierFactory, SubjectFactory


def written():
    return [line.entry for path in journal().files() for line in journal().read(path)]


@pytest.fixture
def subject(db):
    return IdentifierFactory().subject


def test_blocking_is_journalled_by_digest_and_recorded(officer, subject):
    restrict(actor=officer, subject=subject, reason="disputed")
    subject.refresh_from_db()
    assert subject.restricted
    assert subject.restriction_reason == "disputed"
    (entry,) = written()
    assert (entry.kind, entry.at) == ("restriction", subject.restricted_at)
    assert entry.data == {"digests": [bytes(subject.identifiers.get().digest).hex()], "reason": "disputed"}
    assert Entry.objects.about(subject).get().facts == {"reason": "disputed"}


def test_what_can_not_be_journalled_is_not_done(officer, subject, settings, tmp_path):
    (tmp_path / "file").write_text("")
    settings.JOURNAL_DIR = tmp_path / "file"
    with pytest.raises(JournalUnavailable):
        restrict(actor=officer, subject=subject, reason="disputed")
    subject.refresh_from_db()
    assert not subject.restricted
    assert not Entry.objects.about(subject).exists()


def test_unblocking_clears_the_state(officer, subject):
    restrict(actor=officer, subject=subject, reason="disputed")
    release(actor=officer, subject=subject, reason="resolved")
    subject.refresh_from_db()
    assert (subject.restricted, subject.restriction_reason) == (False, "")
    assert [entry.kind for entry in written()] == ["restriction", "release"]


def test_the_second_is_told(officer, subject):
    with pytest.raises(NotPossible):
        release(actor=officer, subject=subject, reason="resolved")
    restrict(actor=officer, subject=subject, reason="disputed")
    with pytest.raises(NotPossible):
        restrict(actor=officer, subject=subject, reason="request")
    subject.refresh_from_db()
    assert subject.restriction_reason == "disputed"


def test_who_may_not(agent, subject):
    with pytest.raises(PermissionDenied):
        restrict(actor=agent, subject=subject, reason="disputed")
    with pytest.raises(PermissionDenied):
        release(actor=agent, subject=subject, reason="resolved")
    assert not list(journal().files())


def test_an_unknown_reason_is_refused_before_anything_is_written(officer, subject):
    with pytest.raises(ValueError, match="whim"):
        restrict(actor=officer, subject=subject, reason="whim")
    assert not list(journal().files())


def test_a_person_merged_away_is_not_blocked(officer, subject):
    gone = SubjectFactory(merged_into=subject)
    with pytest.raises(NotPossible, match=subject.reference):
        restrict(actor=officer, subject=gone, reason="disputed")


def forget():
    Subject.objects.update(restricted_at=None, restriction_reason="", restriction_changed_at=None)


def test_an_old_backup_gets_its_blocking_back(officer, subject):
    restrict(actor=officer, subject=subject, reason="disputed")
    since = Subject.objects.get().restricted_at
    forget()
    assert replay(written()) == 1
    subject.refresh_from_db()
    assert (subject.restricted_at, subject.restriction_reason) == (since, "disputed")
    assert Entry.objects.about(subject).first().facts == {"reason": "disputed", "replayed": True}
    assert replay(written()) == 0


def test_replaying_ends_where_the_last_decision_ended(officer, subject):
    restrict(actor=officer, subject=subject, reason="disputed")
    release(actor=officer, subject=subject, reason="resolved")
    assert replay(written()) == 0
    forget()
    replay(written())
    subject.refresh_from_db()
    assert not subject.restricted


def test_an_older_entry_never_undoes_a_newer_decision(officer, subject):
    restrict(actor=officer, subject=subject, reason="disputed")
    release(actor=officer, subject=subject, reason="resolved")
    first, _second = written()
    assert replay([first]) == 0
    subject.refresh_from_db()
    assert not subject.restricted


def test_the_journal_knows_who_brings_these_entries_back():
    assert {journals.handler_of(kind) for kind in KINDS} == {replay}
