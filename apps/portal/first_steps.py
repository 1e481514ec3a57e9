"""What to do first on an empty installation, and who does it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.choices import Role
from apps.cases.models import Case
from apps.imports.models import Batch
from apps.optouts.models import OptOutEvent
from apps.partners.models import Partner
from apps.subjects.models import Subject


@dataclass(frozen=True)
class Step:
    """Something to do, by whom it is done, and where for those who have `permission`."""

    title: Promise
    text: Promise
    permission: str
    page: str
    done_by: Role
    icon: str


STEPS = (
    Step(
        _("Name a partner"),
        _("Every record says where it came from. Add the institutions whose files you will receive."),
        "partners.add_partner", "admin:partners_partner_add", Role.PARTNER_MANAGER, "storefront",
    ),
    Step(
        _("Bring in a file"),
        _("Members or opt-outs, as the partner sends them. You see what it would change before anything does."),
        "imports.add_batch", "admin:imports_batch_add", Role.OFFICER, "upload_file",
    ),
    Step(
        _("Take an opt-out"),
        _("Works from the first minute, for people whom nobody knows yet, too."),
        "optouts.take_optout", "admin:optouts_take", Role.AGENT, "phone_disabled",
    ),
)  # fmt: skip


def is_empty() -> bool:
    """Whether nothing has happened at this desk yet."""
    partners = Partner.objects.exclude(code=Partner.OPERATOR)
    begun = (partners, Batch.objects.all(), Subject.objects.all(), OptOutEvent.objects.all(), Case.objects.all())
    return not any(rows.exists() for rows in begun)


def steps_for(request: HttpRequest) -> list[dict[str, Any]]:
    """The steps; those of others say whose they are."""
    return [_shown(step, request.user.has_perm(step.permission)) for step in STEPS]


def _shown(step: Step, mine: bool) -> dict[str, Any]:
    return {
        "title": step.title, "text": step.text, "icon": step.icon,
        "link": reverse(step.page) if mine else "", "done_by": step.done_by.label,
    }  # fmt: skip
