"""System checks that stop a start which would break a promise."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model

from apps.core import erasers
from apps.core.keyring import parse_key, parse_keys

AMANAT = "amanat"
Tags.amanat = AMANAT  # type: ignore[attr-defined]


@register(AMANAT)
def check_keys(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """core.E001–E002: keys are there and well formed. Without them nothing could be read back after a restore."""
    given = {
        "SECRET_KEY": settings.SECRETS_GIVEN,
        "AMANAT_ENCRYPTION_KEYS": settings.AMANAT_ENCRYPTION_KEYS,
        "AMANAT_DIGEST_KEY": settings.AMANAT_DIGEST_KEY,
        "AMANAT_LINK_KEYS": settings.AMANAT_LINK_KEYS,
    }
    missing = [name for name, value in given.items() if not value]
    if missing:
        hint = "Set them in the environment, and keep a copy apart from the database: docs/operating.md says how."
        return [Error(f"Keys are missing: {', '.join(missing)}.", hint=hint, id="core.E001")]
    try:
        parse_keys(settings.AMANAT_ENCRYPTION_KEYS)
        parse_keys(settings.AMANAT_LINK_KEYS)
        parse_key(settings.AMANAT_DIGEST_KEY)
    except ImproperlyConfigured as error:
        return [Error(f"A key can't be read: {error}", hint="See docs/operating.md.", id="core.E002")]
    return []


def _own_models() -> Iterator[type[Model]]:
    for config in apps.get_app_configs():
        if config.name.startswith("apps."):
            yield from (model for model in config.get_models() if not model._meta.proxy)


@register(AMANAT)
def check_erasers(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """core.E003–E005: every model has one eraser or declares `holds_personal_data = False`; not both."""
    claimed, claimed_twice = erasers.registry.claimed(), erasers.registry.claimed_twice()
    problems: list[CheckMessage] = []
    for model in _own_models():
        declared_free = vars(model).get("holds_personal_data") is False
        if model not in claimed and not declared_free:
            hint = "Name it in the app's erasure.py, or write holds_personal_data = False in the model."
            problems.append(Error("No eraser answers for this model.", hint=hint, obj=model, id="core.E003"))
        if model in claimed and declared_free:
            hint = "Take one of the two away."
            problems.append(Error("Claimed by an eraser, yet declared empty.", hint=hint, obj=model, id="core.E004"))
        if model in claimed_twice:
            problems.append(Error("Claimed by two erasers.", hint="One app answers.", obj=model, id="core.E005"))
    return problems
