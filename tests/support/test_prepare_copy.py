"""Preparing a copy: only for whoever is verified, one at a time, of everything that is held."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from apps.audit.models import Entry
from apps.cases.models import Case, Message
from apps.core import erasers, files
from apps.core.errors import NotPossible
from apps.support.access.staging import FOLDER
from apps.support.models import AccessPackage, SupportRequest
from apps.support.services.access.prepare import collect, discard, fail, prepare, take_up, tell_nothing
from apps.support.tasks import prepare_copy
from tests.factories import RequestFactory
from tests.support.conftest import EMAIL, NAME, PHONE
from tests.support.copies import prepared, staged, verified_request


def stored_files():
    folder = files.path_of(FOLDER)
    return sorted(f"{FOLDER}/{path.name}" for path in folder.iterdir()) if folder.is_dir() else []


def actions_of(package):
    return list(Entry.objects.about(Case.objects.get(pk=package.request_id)).values_list("action", flat=True))


def test_everything_that_is_held_is_in_it(officer, somebody):
    request = verified_request(somebody)
    shown = sum(1 for eraser in erasers.registry for _item in eraser.export(somebody.pk))
    package = collect(package_id=prepare(request, actor=officer).pk)
    texts = {value.text for _section, _number, item in staged(package) for value in item.values}
    assert {PHONE, EMAIL, NAME} <= texts
    assert package.items == len(staged(package)) == shown > 0
    assert package.state == "ready"
    assert {"support.copy-prepare", "support.copy-ready"} <= set(actions_of(package))


def test_it_lies_encrypted(officer, somebody):
    package = prepared(officer, somebody)
    assert stored_files() == sorted(package.stored)
    for name in package.stored:
        assert EMAIL.encode() not in files.path_of(name).read_bytes()


def test_it_speaks_the_language_of_the_person(officer, somebody):
    package = prepared(officer, somebody, language="ky")
    titles = {
        value.title for section, _number, item in staged(package) if section == "purchases" for value in item.values
    }
    assert "суммасы" in titles


def test_nobody_unverified_and_nobody_unknown(officer, somebody):
    with pytest.raises(NotPossible, match="certain"):
        prepare(RequestFactory(subject=somebody), actor=officer)
    with pytest.raises(NotPossible, match="Name the person"):
        prepare(verified_request(None), actor=officer)
    with pytest.raises(NotPossible, match="doesn't ask"):
        prepare(verified_request(somebody, topic="erasure"), actor=officer)
    assert not AccessPackage.objects.exists()


def test_one_at_a_time(officer, somebody):
    request = verified_request(somebody)
    first = prepare(request, actor=officer)
    with pytest.raises(NotPossible, match="already"):
        prepare(request, actor=officer)
    fail(package_id=first.pk, error="OSError")
    assert prepare(request, actor=officer).pk != first.pk


def test_not_by_just_anybody(agent, somebody):
    with pytest.raises(PermissionDenied):
        prepare(verified_request(somebody), actor=agent)


def test_a_second_run_of_the_job_changes_nothing(officer, somebody):
    package = prepared(officer, somebody)
    before = stored_files()
    collect(package_id=package.pk)
    assert stored_files() == before


def test_what_stops_the_work_is_said_and_leaves_no_file(officer, somebody, monkeypatch):
    package = prepare(verified_request(somebody), actor=officer)

    def broken(subject_id):
        yield from ()
        raise OSError("disk")

    first = next(iter(reversed(list(erasers.registry))))
    monkeypatch.setattr(type(first), "export", lambda self, subject_id: broken(subject_id))
    with pytest.raises(OSError, match="disk"):
        prepare_copy(package_id=package.pk)
    package.refresh_from_db()
    assert package.state == "failed"
    assert "support.copy-fail" in actions_of(package)
    assert stored_files() == []


def test_discarded_files_are_gone(officer, somebody, django_capture_on_commit_callbacks):
    package = prepared(officer, somebody)
    assert stored_files()
    with django_capture_on_commit_callbacks(execute=True):
        discard(package=package, actor=officer)
    package.refresh_from_db()
    assert (package.state, package.contents, stored_files()) == ("discarded", None, [])


def test_what_was_discarded_while_the_job_ran_leaves_no_file(officer, somebody, monkeypatch):
    package = prepare(verified_request(somebody), actor=officer)
    first = next(iter(reversed(list(erasers.registry))))
    own = type(first).export

    def and_discard(self, subject_id):
        discard(package=package, actor=officer)
        return own(self, subject_id)

    monkeypatch.setattr(type(first), "export", and_discard)
    assert collect(package_id=package.pk).state == "discarded"
    assert stored_files() == []


def test_an_erasure_takes_the_copy_along(officer, somebody, django_capture_on_commit_callbacks):
    package = prepared(officer, somebody)
    found = {held.model: held.count for eraser in erasers.registry for held in eraser.find(somebody.pk)}
    assert found["support.AccessPackage"] == 1
    assert stored_files()
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        for eraser in erasers.registry:
            eraser.erase(somebody.pk)
    package.refresh_from_db()
    assert (package.person, package.contents, package.state, stored_files()) == (None, None, "discarded", [])


def test_nothing_is_held(officer, agent):
    request = SupportRequest.objects.get(pk=RequestFactory().pk)
    with pytest.raises(PermissionDenied):
        tell_nothing(request, actor=agent, came_by="phone", text="nothing")
    tell_nothing(request, actor=officer, came_by="phone", text="We hold nothing about you.")
    assert Message.objects.get().text == "We hold nothing about you."
    assert request.copy.state == "nothing"


def test_that_nothing_is_held_is_not_said_of_somebody_who_is_known(officer, somebody):
    with pytest.raises(NotPossible, match="names a person"):
        tell_nothing(verified_request(somebody), actor=officer, came_by="phone", text="nothing")


def test_what_nobody_works_on_any_more_is_begun_again(officer, agent, somebody):
    package = prepare(verified_request(somebody), actor=officer)
    assert package.stands_still
    with pytest.raises(PermissionDenied):
        take_up(package=package, actor=agent)
    prepare_copy.defer(package_id=take_up(package=package, actor=officer).pk)
    assert not AccessPackage.objects.get(pk=package.pk).stands_still
    assert "support.copy-take-up" in actions_of(package)
    with pytest.raises(NotPossible, match="A worker has the copy"):
        take_up(package=package, actor=officer)
    ready = collect(package_id=package.pk)
    assert not ready.stands_still
    with pytest.raises(NotPossible, match="was first"):
        take_up(package=package, actor=officer)


def test_the_page_shows_how_far_it_is_and_offers_to_begin_again(desk, officer, somebody):
    package = prepare(verified_request(somebody), actor=officer)
    case, place = reverse("admin:cases_case_change", args=[package.request_id]), [package.request_id, package.pk]
    again, progress = (
        reverse(f"admin:support_supportrequest_copy_{name}", args=place) for name in ("again", "progress")
    )
    page = desk.get(case).content.decode()
    assert "Nobody works on it any more" in page
    assert again in page
    assert desk.get(again).status_code == 200
    assert not ProcrastinateJob.objects.exists()
    page = desk.post(again, follow=True).content.decode()
    assert [job.args for job in ProcrastinateJob.objects.all()] == [{"package_id": package.pk}]
    assert f'data-progress="{progress}"' in page
    assert again not in page
    AccessPackage.objects.update(items=3, total=12)
    part = desk.get(progress).content.decode()
    assert 'aria-valuenow="25"' in part
    assert "3 entries so far" in part
    assert 'data-status="preparing"' in part
    collect(package_id=package.pk)
    assert 'data-status="ready"' in desk.get(progress).content.decode()
    assert "data-progress" not in desk.get(case).content.decode()


def test_how_much_there_is_is_counted_first(officer, somebody):
    package = prepared(officer, somebody)
    package.refresh_from_db()
    assert package.items == package.total > 0
    assert package.percent is None


def test_an_error_is_said_with_the_way_on(desk, officer, somebody):
    package = prepare(verified_request(somebody), actor=officer)
    case = reverse("admin:cases_case_change", args=[package.request_id])
    fail(package_id=package.pk, error="OSError")
    page = desk.get(case).content.decode()
    assert "An error stopped the work" in page
    assert "Prepare it again" in page
