"""Keeping reply templates: every change is a version of its own, and none is lost."""

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.permissions import require
from apps.audit.services import record
from apps.cases import actions
from apps.cases.letters import DELIVERED
from apps.cases.models import ReplyTemplate
from apps.cases.placeholders import require_known
from apps.core.errors import NotPossible

MAY_ADD = "cases.add_replytemplate"
MAY_CHANGE = "cases.change_replytemplate"


@transaction.atomic
def add_template(*, actor: User, template: ReplyTemplate) -> ReplyTemplate:
    """Store a new template, or bring back one of the same name that is no longer used.

    Raises NotPossible for one that there is already, or that names what is no placeholder; PermissionDenied.
    """
    require(actor, MAY_ADD)
    latest = ReplyTemplate.objects.versions_of(template).first()
    if latest is not None and not latest.retired:
        raise NotPossible(_("There is such a template already. Change it, or give this one a name."))
    return _store(actor, template, latest.version if latest else 0)


@transaction.atomic
def change_template(
    template: ReplyTemplate, *, actor: User, heading: str, text: str, retired: bool = False
) -> ReplyTemplate:
    """Store what a template says from now on; `template` is the version that the actor saw.

    Raises NotPossible when somebody was first, or for what is no placeholder; PermissionDenied.
    """
    require(actor, MAY_CHANGE)
    latest = ReplyTemplate.objects.versions_of(template)[0]
    if latest.version != template.version:
        raise NotPossible(_was_first(latest))
    new = ReplyTemplate(**template.key, heading=heading, text=text, retired=retired)
    if (new.heading, new.text, new.retired) == (latest.heading, latest.text, latest.retired):
        return latest
    return _store(actor, new, latest.version)


def _was_first(latest: ReplyTemplate) -> str:
    told = _("%(who)s changed this template at %(when)s, after you opened it. Look at it again.")
    when = date_format(localtime(latest.changed_at), "SHORT_DATETIME_FORMAT")
    return told % {"who": latest.changed_by or _("The system"), "when": when}


def _store(actor: User, template: ReplyTemplate, version: int) -> ReplyTemplate:
    """The next version. That it is there once the database sees to: the second of two is told."""
    template.text = template.text.strip()
    if not template.text:
        raise NotPossible(_("There is no text yet."))
    require_known(template.text)
    require_known(template.heading)
    template.pk, template.version, template.changed_by = None, version + 1, actor
    try:
        with transaction.atomic():
            template.save(force_insert=True)
    except IntegrityError:
        raise NotPossible(_("Somebody else changed this template at the same moment. Look at it again.")) from None
    facts = {"occasion": template.occasion, "language": template.language, "version": template.version}
    about = f"{template.kind}.{template.topic}" if template.kind else ""
    record(actor, actions.TEMPLATE_SET, template, topic=about, retired=template.retired, **facts)
    return template


@transaction.atomic
def seed_templates() -> None:
    """Add the delivered templates that are not there; what somebody changed on the desk stays as they left it."""
    for letter in DELIVERED:
        for language, (heading, text) in letter.texts.items():
            ReplyTemplate.objects.get_or_create(
                kind="", topic="", occasion=letter.occasion, language=language, title="", version=1,
                defaults={"heading": heading, "text": text},
            )  # fmt: skip
