"""What requests hold beside their cases, when a closed case's time is over; and what of theirs keeps a case."""

from collections.abc import Collection
from typing import cast

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from apps.cases.keeping import Keeper
from apps.cases.models.cases import OPEN
from apps.support.models import AccessLink, AccessPackage, Blocking, Rectification, SupportRequest, Telling


def strip(cases: Collection[int]) -> None:
    """Contacts, names, the way to the status page, before and after, and who took a copy; that something was corrected,
    who was told, and that there was a copy stays.
    """
    empty = {"contact": None, "contact_digest": None, "contact_kind": "", "speaker_name": None, "secret_mac": None}
    SupportRequest.objects.filter(pk__in=cases).update(**empty)
    Rectification.objects.filter(request__in=cases).update(changes=None)
    AccessLink.objects.filter(package__request__in=cases).delete()
    AccessPackage.objects.filter(request__in=cases).update(person=None, handed_to=None)


def _asked_by_contact() -> Q:
    same = cast("QuerySet[SupportRequest]", SupportRequest.objects.filter(OPEN, topic=OuterRef("topic")))
    asked = same.values("contact_digest")
    own = SupportRequest.objects.filter(Q(pk=OuterRef("pk"), contact_digest__isnull=False, contact_digest__in=asked))
    return Q(Exists(own))


def _not_told() -> Q:
    return Q(Exists(Telling.objects.open().filter(rectification__request=OuterRef("pk"))))


def _blocks() -> Q:
    return Q(Exists(Blocking.objects.filter(request=OuterRef("pk"), lifted_at__isnull=True)))


def _copy_is_there() -> Q:
    held = AccessPackage.objects.exclude(file="", page="", contents__isnull=True)
    return Q(Exists(held.filter(request=OuterRef("pk"))))


KEEPERS = (
    Keeper("copy", _("A copy of the data is not destroyed yet"), _copy_is_there),
    Keeper("contact", _("The same contact has an open request about the same"), _asked_by_contact),
    Keeper("telling", _("A recipient has to be told of a correction"), _not_told),
    Keeper("blocking", _("It keeps the person's data blocked"), _blocks),
)
