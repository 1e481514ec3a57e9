"""No model without an answer to: who destroys this when a person has to be erased?"""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import models

from apps.core import erasers
from apps.core.checks import check_erasers
from apps.core.erasers import Registry
from apps.subjects.erasure import SubjectEraser


def own_models():
    """Ours; a proxy's rows are those of the model behind it."""
    ours = [config for config in apps.get_app_configs() if config.name.startswith("apps.")]
    return [model for config in ours for model in config.get_models() if not model._meta.proxy]


def test_every_model_of_today_is_answered_for():
    assert own_models()
    claimed = erasers.registry.claimed()
    assert [
        model for model in own_models() if (model in claimed) == (model.__dict__.get("holds_personal_data") is False)
    ] == []
    assert check_erasers(None) == []


@pytest.fixture
def model(monkeypatch):
    """A model that somebody added and forgot."""

    class Forgotten(models.Model):
        class Meta:
            app_label = "core"
            managed = False

        def __str__(self):
            return "forgotten"

    monkeypatch.setattr("apps.core.checks._own_models", lambda: iter([Forgotten]))
    yield Forgotten
    del apps.all_models["core"]["forgotten"]


def test_a_forgotten_model_stops_the_start(model):
    (problem,) = check_erasers(None)
    assert problem.id == "core.E003"
    with pytest.raises(SystemCheckError, match=r"core\.E003"):
        call_command("check", tags=["amanat"])


def test_a_declared_one_does_not(model):
    model.holds_personal_data = False
    assert check_erasers(None) == []


def test_both_at_once_is_a_contradiction(model, monkeypatch):
    eraser = SubjectEraser()
    monkeypatch.setattr(eraser, "models", (model,), raising=False)
    monkeypatch.setattr(erasers, "registry", Registry({"core": eraser}))
    assert check_erasers(None) == []
    model.holds_personal_data = False
    (problem,) = check_erasers(None)
    assert problem.id == "core.E004"


def test_a_declaration_is_not_inherited(model):
    """Who subclasses a model without personal data answers for what they add."""
    model.holds_personal_data = False

    class Child(model):
        class Meta:
            app_label = "core"
            managed = False

    try:
        assert vars(Child).get("holds_personal_data") is None
    finally:
        del apps.all_models["core"]["child"]


def test_an_app_has_one_eraser():
    registry = Registry()
    registry.register("core", SubjectEraser())
    with pytest.raises(ValueError, match="already"):
        registry.register("core", SubjectEraser())
