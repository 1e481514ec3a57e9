"""Sign-in in the desk's look: by e-mail, limited, in one's own language; nothing else of accounts is reachable."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from apps.accounts.choices import Role
from tests.factories import PASSWORD, make_user

LOGIN = reverse("account_login")


@pytest.fixture(autouse=True)
def no_earlier_attempts():
    cache.clear()


def sign_in(client, user, password=PASSWORD, **extra):
    return client.post(LOGIN, {"login": user.email, "password": password, **extra})


def test_the_desk_sends_strangers_to_sign_in_and_back(officer):
    client = Client()
    asked = reverse("admin:subjects_subject_changelist")
    first = client.get(asked)
    second = client.get(first["Location"])
    assert second["Location"] == f"{LOGIN}?next={asked}"
    assert client.get(second["Location"]).status_code == 200
    assert sign_in(client, officer, next=asked)["Location"] == asked


def test_next_never_leads_elsewhere(officer):
    answer = sign_in(Client(), officer, next="https://elsewhere.example/")
    assert answer["Location"] == reverse("admin:index")


def test_wrong_password_and_unknown_address_read_alike(officer):
    def shown(answer):
        return re.findall(r'role="alert">([^<]*)<', answer.content.decode())

    wrong = sign_in(Client(), officer, "wrong")
    unknown = Client().post(LOGIN, {"login": "nobody@example.kg", "password": "wrong"})
    assert shown(wrong)
    assert shown(wrong) == shown(unknown)


def test_attempts_are_limited(officer):
    client = Client()
    for _ in range(5):
        sign_in(client, officer, "wrong")
    assert "Too many" in sign_in(client, officer).content.decode()
    assert "_auth_user_id" not in client.session


def test_the_session_is_a_new_one_and_ends_with_the_browser(officer):
    client = Client()
    client.get(LOGIN)
    client.session["left"] = "behind"
    sign_in(client, officer)
    assert client.session.get_expire_at_browser_close()
    key = client.session.session_key
    client.post(reverse("account_logout"))
    assert client.session.session_key != key
    assert client.get(reverse("admin:index")).status_code == 302


def test_signing_out_takes_a_post(desk):
    assert desk.get(reverse("account_logout")).status_code == 200
    assert desk.get(reverse("admin:index")).status_code == 200
    assert desk.post(reverse("admin:logout"))["Location"] == LOGIN
    assert desk.get(reverse("admin:index")).status_code == 302


def test_who_may_not_use_the_desk_is_refused_and_not_sent_round_in_a_circle(db):
    user = make_user(is_staff=False)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("admin:index"), follow=True).status_code == 403


def test_whoever_is_switched_off_does_not_get_in(officer):
    officer.is_active = False
    officer.save()
    client = Client()
    sign_in(client, officer)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("name", ["account_signup", "account_email", "account_set_password", "account_change_password"])
def test_what_the_desk_does_not_need_has_no_address(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_a_forgotten_password_is_set_anew_through_a_link_that_works_once(officer):
    client = Client()
    answer = client.post(reverse("account_reset_password"), {"email": officer.email})
    assert answer["Location"] == reverse("account_reset_password_done")
    (letter,) = mail.outbox
    link = re.search(r"http://testserver(\S+)", letter.body)[1]
    form = client.get(link, follow=True)
    new = "another horse, another battery"
    done = client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new}, follow=True)
    assert done.status_code == 200
    officer.refresh_from_db()
    assert officer.check_password(new)
    assert "no longer works" in Client().get(link, follow=True).content.decode()


def test_an_unknown_address_gets_the_same_answer_and_no_letter(db):
    answer = Client().post(reverse("account_reset_password"), {"email": "nobody@example.kg"})
    assert answer["Location"] == reverse("account_reset_password_done")
    assert not mail.outbox


def test_the_page_reads_in_the_language_of_the_browser(db):
    html = Client(headers={"accept-language": "ru"}).get(LOGIN).content.decode()
    assert '<html lang="ru"' in html


def test_a_choice_of_language_is_remembered_for_the_person(officer):
    client = Client()
    sign_in(client, officer)
    client.post(reverse("set_language"), {"language": "ky", "next": "/desk/"})
    officer.refresh_from_db()
    assert officer.language == "ky"
    elsewhere = Client(headers={"accept-language": "en"})
    sign_in(elsewhere, officer)
    assert '<html lang="ky"' in elsewhere.get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize("language", ["xx", "", "en-us; drop"])
def test_an_unknown_language_is_not_remembered(officer, language):
    client = Client()
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    client.post(reverse("set_language"), {"language": language, "next": "/desk/"})
    officer.refresh_from_db()
    assert officer.language == ""


def test_changing_the_language_by_get_changes_nothing(officer):
    client = Client()
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    client.get(reverse("set_language"), {"language": "ky"})
    officer.refresh_from_db()
    assert officer.language == ""


def test_every_role_signs_in(db):
    for role in Role:
        client = Client()
        cache.clear()
        sign_in(client, make_user(role))
        assert client.get(reverse("admin:index")).status_code == 200
