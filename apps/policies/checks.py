"""System checks of what the policy promises everybody: that the operator can be reached (P21)."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, register

from apps.core.checks import AMANAT
from apps.policies.contacts import read_phone


@register(AMANAT, deploy=True)
def check_contacts(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """policies.W001–W002: the contact page names a number, and every number can be dialled."""
    hint = "Set OPERATOR_PHONES, separated by commas: docs/operating.md says how."
    if not settings.OPERATOR_PHONES:
        return [checks.Warning("The public contact page names no telephone number.", hint=hint, id="policies.W001")]
    unread = [number for number in settings.OPERATOR_PHONES if read_phone(number) is None]
    if unread:
        told = f"OPERATOR_PHONES holds what nobody can dial: {', '.join(unread)}."
        return [checks.Warning(told, hint=hint, id="policies.W002")]
    return []
