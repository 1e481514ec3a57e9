"""System checks stop a start that would break a promise."""

import base64

import pytest

from apps.core import checks
from apps.core.erasers import Eraser, registry
from apps.partners.models import Partner
from apps.subjects.models import Identifier

KEY = base64.b64encode(bytes(32)).decode()
NAMES = {"AMANAT_ENCRYPTION_KEYS": [f"1:{KEY}"], "AMANAT_LINK_KEYS": [f"1:{KEY}"], "AMANAT_DIGEST_KEY": KEY}


@pytest.fixture(autouse=True)
def with_keys(settings):
    settings.SECRETS_GIVEN = True
    for name, value in NAMES.items():
        setattr(settings, name, value)


def ids(problems: list) -> list[str]:
    return [problem.id for problem in problems]


def test_this_installation_has_nothing_to_object_to():
    assert checks.check_keys(None) == []
    assert checks.check_erasers(None) == []


@pytest.mark.parametrize("name", [*NAMES, "SECRETS_GIVEN"])
def test_a_key_that_is_missing_is_named(settings, name):
    setattr(settings, name, type(getattr(settings, name))())
    problems = checks.check_keys(None)
    assert ids(problems) == ["core.E001"]
    assert ("SECRET_KEY" if name == "SECRETS_GIVEN" else name) in problems[0].msg


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AMANAT_ENCRYPTION_KEYS", [KEY]),
        ("AMANAT_ENCRYPTION_KEYS", [f"1:{KEY}", f"1:{KEY}"]),
        ("AMANAT_LINK_KEYS", [f"300:{KEY}"]),
        ("AMANAT_DIGEST_KEY", "c2hvcnQ="),
        ("AMANAT_DIGEST_KEY", "ключ"),
    ],
)
def test_a_key_that_cannot_be_read_stops_the_start_without_being_shown(settings, name, value):
    setattr(settings, name, value)
    problems = checks.check_keys(None)
    assert ids(problems) == ["core.E002"]
    assert KEY not in problems[0].msg


def test_a_model_that_nobody_answers_for_is_named(monkeypatch):
    monkeypatch.delattr(Partner, "holds_personal_data")
    problems = checks.check_erasers(None)
    assert ids(problems) == ["core.E003"]
    assert problems[0].obj is Partner


def test_a_model_cannot_be_claimed_and_declared_empty(monkeypatch):
    monkeypatch.setattr(Identifier, "holds_personal_data", False, raising=False)
    problems = checks.check_erasers(None)
    assert ids(problems) == ["core.E004"]
    assert problems[0].obj is Identifier


def test_a_model_has_one_eraser(monkeypatch):
    class Second(Eraser):
        models = (Identifier,)

        def find(self, subject_id):
            yield from ()

        export = find

        def erase(self, subject_id):
            pass

    monkeypatch.setitem(registry.erasers, "second", Second())
    problems = checks.check_erasers(None)
    assert ids(problems) == ["core.E005"]
    assert problems[0].obj is Identifier
