"""Error pages: in the reader's language, without a trace of what was asked for, and without a database."""

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation
from django.views import defaults

from apps.accounts.choices import Role
from tests import factories

PHONE = "+996555123401"


def test_a_lost_address_is_answered_in_the_desk_s_look():
    answer = Client().get(f"/nowhere/{PHONE}/", HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == 404
    text = answer.content.decode()
    assert "There is nothing here" in text
    assert "<svg" in text
    assert PHONE not in text
    assert "/desk/" not in text, "the public is not led to the desk"


@pytest.mark.django_db
def test_a_page_of_another_role_says_so():
    client = Client()
    client.force_login(factories.make_user(Role.PARTNER_MANAGER), backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get("/desk/subjects/subject/find/", HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == 403
    assert "This is not open to you" in answer.content.decode()
    assert 'href="/desk/"' in answer.content.decode()


def test_a_form_without_its_cookie_is_asked_for_once_more():
    answer = Client(enforce_csrf_checks=True).post("/desk/login/", {"login": PHONE}, HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == 403
    assert "Send it once more" in answer.content.decode()
    assert PHONE not in answer.content.decode()


@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_a_failure_needs_no_database(language):
    """Without the mark `django_db`, any query fails this test."""
    with translation.override(language):
        answer = defaults.server_error(RequestFactory().get(f"/desk/?q={PHONE}"))
    assert answer.status_code == 500
    text = answer.content.decode()
    assert f'<html lang="{language}">' in text
    assert PHONE not in text
    assert ("Something went wrong" in text) == (language == "en" or not _translated(language))


def _translated(language: str) -> bool:
    with translation.override(language):
        return translation.gettext("Something went wrong on our side") != "Something went wrong on our side"


@pytest.mark.parametrize("page", ["400", "403", "403_csrf", "404", "429", "500"])
def test_every_page_is_whole_without_any_other_file(page):
    text = render_to_string(f"{page}.html")
    assert text.count("<h1>") == 1
    assert "src=" not in text
    assert "<link" not in text
    assert "<title>" in text
