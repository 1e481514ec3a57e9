"""Handing a copy over: by a link and a code, on paper; counted, recorded, taken back, and destroyed in time."""

import io
import os
import time
import zipfile
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.core.exceptions import PermissionDenied

from apps.cases.models import Case
from apps.cases.services.move import move
from apps.core import clock, files
from apps.core.errors import NotPossible
from apps.support.access.staging import FOLDER
from apps.support.models import AccessLink
from apps.support.services.access.expire import destroy_overdue, sweep_strays
from apps.support.services.access.handover import (
    LinkGone,
    fetch,
    find_link,
    hand_over_paper,
    make_link,
    open_page,
    revoke,
)
from tests.factories import IdentifierFactory
from tests.support.conftest import EMAIL, NAME, PHONE
from tests.support.copies import prepared, verified_request
from tests.support.links import ask, body_of, code_from_mail, deliver, get, history, send, state_of


def test_link_and_code_give_the_file(public, path, package):
    assert "copy of your data" in public.get(path).content.decode()
    asked = ask(public, path)
    assert asked.status_code == 200
    deliver()
    assert mail.outbox[-1].to == [EMAIL]
    answer = get(public, path, code_from_mail())
    assert answer["Content-Type"] == "application/zip"
    assert package.request.reference in answer["Content-Disposition"]
    assert state_of(package) == "released"
    with zipfile.ZipFile(io.BytesIO(body_of(answer))) as archive:
        assert NAME in archive.read("copy.html").decode()
    assert state_of(package) == "handed"
    assert history(package)[:2] == ["support.copy-hand-over", "support.copy-download"]


def test_a_download_that_broke_off_is_recorded_and_hands_nothing_over(made, package):
    send(made.link)
    pieces = fetch(link=made.link, typed=code_from_mail()).pieces()
    assert next(pieces)
    pieces.close()
    assert "support.copy-download" in history(package)
    assert state_of(package) == "released"
    assert AccessLink.objects.get().downloads == 1


def test_looking_changes_nothing(public, path):
    before = AccessLink.objects.values().get()
    for method in (public.get, public.head):
        answer = method(path)
        assert answer.status_code == 200
        assert not answer.cookies
    assert AccessLink.objects.values().get() == before
    assert mail.outbox == []


def test_the_page_shows_nobody(public, path):
    for answer in (public.get(path), ask(public, path)):
        text = answer.content.decode()
        assert "a•••@e•••.kg" in text
        for value in (EMAIL, NAME, PHONE, "SR-"):
            assert value not in text
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["Cache-Control"] == "no-store"
        assert not answer.cookies


@pytest.mark.parametrize(("language", "words"), [("ky", "Сиздин"), ("ru", "Копия"), ("en", "copy")])
def test_it_speaks_three_languages(public, path, language, words):
    assert words in public.get(f"{path}?lang={language}").content.decode()


def test_downloads_are_limited(public, path, made):
    AccessLink.objects.update(downloads=AccessLink.MOST - 1)
    ask(public, path)
    deliver()
    assert body_of(get(public, path, code_from_mail()))
    assert public.get(path).status_code == 404


def gone(public, path):
    answers = [public.get(path), ask(public, path), get(public, path, "123456")]
    assert {answer.status_code for answer in answers} == {404}
    (text,) = {answer.content for answer in answers}
    return text


def test_every_link_that_leads_nowhere_says_the_same(public, path, officer, package, somebody, made):
    unknown = gone(public, "/copy/abc")
    assert b"expired or is not valid" in unknown
    assert gone(public, "/copy/") == unknown
    assert gone(public, "/copy/a/b%0Ac") == unknown
    assert public.get(path).status_code == 200
    with clock.standing_at(clock.now() + timedelta(days=7, minutes=1)):
        assert gone(public, path) == unknown
    revoke(package=package, actor=officer)
    assert gone(public, path) == unknown
    assert "support.copy-revoke" in history(package)
    with pytest.raises(NotPossible):
        revoke(package=package, actor=officer)


def test_a_new_link_takes_back_the_old_one(public, path, officer, package, somebody):
    make_link(package=package, actor=officer, identifier=somebody.identifiers.get(kind="phone"))
    assert public.get(path).status_code == 404


def test_an_address_that_moved_to_somebody_else_gets_no_code(public, path, somebody):
    somebody.identifiers.filter(kind="email").update(subject=IdentifierFactory().subject)
    assert public.get(path).status_code == 404


def test_a_request_that_names_another_person_by_now_gives_nothing(public, path, package):
    assert public.get(path).status_code == 200
    Case.objects.filter(pk=package.request_id).update(subject=IdentifierFactory().subject)
    assert public.get(path).status_code == 404


def test_a_code_goes_only_to_the_person(officer, package):
    with pytest.raises(NotPossible, match="only go to"):
        make_link(package=package, actor=officer, identifier=IdentifierFactory())


def test_only_what_is_released_gets_a_link(officer, somebody):
    with pytest.raises(NotPossible):
        make_link(package=prepared(officer, somebody), actor=officer, identifier=somebody.identifiers.first())


def test_the_secret_is_not_kept(made):
    secret = made.url.rpartition("/")[2]
    assert secret not in str(AccessLink.objects.values().get())
    assert find_link(secret) == made.link
    with pytest.raises(LinkGone):
        find_link(secret[:-1])


def test_a_strange_body_gets_an_answer(public, path):
    assert public.post(path, "x" * 20_000, content_type="text/plain").status_code == 400
    assert public.post(path, {"do": "send"}).status_code == 400
    assert public.put(path).status_code == 405
    assert mail.outbox == []


def test_on_paper(officer, agent, package):
    with open_page(package=package, actor=officer) as page:
        assert NAME in page.read().decode()
    with pytest.raises(PermissionDenied):
        open_page(package=package, actor=agent)
    hand_over_paper(package=package, actor=officer, to="Herself, passport AN123")
    package.refresh_from_db()
    assert (package.state, package.handed_by, package.handed_to) == ("handed", "paper", "Herself, passport AN123")
    assert {"support.copy-print", "support.copy-hand-over"} <= set(history(package))
    with pytest.raises(NotPossible):
        hand_over_paper(package=package, actor=officer, to="again")


def test_a_request_for_a_copy_is_answered_by_it(officer, package):
    case = Case.objects.get(pk=package.request_id)
    with pytest.raises(NotPossible, match="Hand the copy over first"):
        move(case, "answer", actor=officer, seen=None)
    hand_over_paper(package=package, actor=officer, to="Herself")
    assert move(case, "answer", actor=officer, seen=None).status == "answered"


def test_other_requests_are_answered_by_a_message(officer, somebody):
    case = Case.objects.get(pk=verified_request(somebody, topic="question").pk)
    with pytest.raises(NotPossible, match="Tell the person first"):
        move(case, "answer", actor=officer, seen=None)


@pytest.mark.parametrize("handed", [False, True])
def test_files_are_destroyed_in_time(officer, package, made, public, path, handed, django_capture_on_commit_callbacks):
    if handed:
        hand_over_paper(package=package, actor=officer, to="Herself")
    names = package.stored
    assert len(names) == 2
    assert destroy_overdue() == 0
    later = clock.now() + timedelta(days=django_settings.ACCESS_KEEP_DAYS, minutes=1)
    with clock.standing_at(later), django_capture_on_commit_callbacks(execute=True):
        assert destroy_overdue() == 1
        assert destroy_overdue() == 0
    assert not any(files.path_of(name).exists() for name in names)
    assert state_of(package) == ("handed" if handed else "expired")
    assert public.get(path).status_code == 404
    assert "support.copy-expire" in history(package)


def test_what_nobody_released_is_destroyed_too(officer, somebody, django_capture_on_commit_callbacks):
    package = prepared(officer, somebody)
    names = package.stored
    with clock.standing_at(package.expires_at), django_capture_on_commit_callbacks(execute=True):
        assert destroy_overdue() == 1
    assert names
    assert not any(files.path_of(name).exists() for name in names)
    assert state_of(package) == "expired"


def test_files_that_no_copy_names_go_after_a_day(package):
    with files.EncryptedWriter(FOLDER) as left:
        left.write(b"of a worker that died")
    assert sweep_strays() == 0
    long_ago = time.time() - 2 * 24 * 60 * 60
    for name in (left.name, *package.stored):
        os.utime(files.path_of(name), (long_ago, long_ago))
    assert sweep_strays() == 1
    assert not files.path_of(left.name).exists()
    assert all(files.path_of(name).exists() for name in package.stored)
