"""The arrows that import-linter can't see: string foreign keys, and modules whose name says nothing."""

import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Model

ROOT = Path(__file__).resolve().parents[2]
# A name that says nothing about what is inside attracts everything.
FORBIDDEN_MODULES = {"utils", "util", "helpers", "helper", "common", "misc", "selectors"}


def app_order() -> list[str]:
    """Our apps, lowest first, as the layers contract of pyproject.toml has them; siblings share a line."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(c["layers"] for c in contracts if "containers" not in c and c["type"] == "layers")
    return [layer.replace("apps.", "") for layer in reversed(layers)]


def level(label: str) -> int:
    return next(
        i for i, layer in enumerate(app_order()) if label in layer.replace("(", "").replace(")", "").split(" | ")
    )


def own_models() -> list[type[Model]]:
    return [
        model for config in apps.get_app_configs() if config.name.startswith("apps.") for model in config.get_models()
    ]


def test_every_app_has_its_place():
    for config in apps.get_app_configs():
        if config.name.startswith("apps."):
            assert level(config.label) >= 0


def test_every_app_obeys_the_inside_contract():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    containers = next(set(c["containers"]) for c in contracts if "containers" in c)
    assert containers == {config.name for config in apps.get_app_configs() if config.name.startswith("apps.")}


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)
def test_relations_point_down(model):
    """A foreign key may be named by a string, which no import shows."""
    for field in model._meta.get_fields():
        if field.is_relation and not field.auto_created and field.related_model is not None:
            target = field.related_model._meta
            if apps.get_app_config(target.app_label).name.startswith("apps."):
                assert level(target.app_label) <= level(model._meta.app_label), f"{field} points up"


def test_no_module_has_a_name_that_says_nothing():
    found = [
        path for top in ("apps", "config") for path in (ROOT / top).rglob("*.py") if path.stem in FORBIDDEN_MODULES
    ]
    folders = [path for path in (ROOT / "apps").rglob("*") if path.is_dir() and path.name in FORBIDDEN_MODULES]
    assert found + folders == []


def test_no_app_defines_events_of_its_own():
    """What happens behind the caller's back hides the order of things; Django's own may be listened to."""
    # Staff stand below the audit: what changes about them can only be told upward.
    told = ROOT / "apps/accounts/signals.py"
    sources = [path for path in (ROOT / "apps").rglob("*.py") if "Signal(" in path.read_text() and path != told]
    assert sources == []
