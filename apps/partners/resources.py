"""Partners, recipients and the record of processing as files."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.exporting import Column, ListResource
from apps.partners import risks
from apps.partners.choices import ErasureRoute, RecipientKind, TransferGround
from apps.partners.models import Processing, Recipient
from apps.partners.presenting import given, period, stands_on, used_by
from apps.policies.choices import LegalBasis


class PartnersResource(ListResource):
    """Partners."""

    file_name = "partners"

    code = Column(_("code"), "code")
    name = Column(pgettext_lazy("of a partner", "name"), "name")
    language = Column(_("language"), "get_language_display")
    active = Column(_("active"), "active")
    created_at = Column(_("since"), "created_at")


def _received(recipient: Recipient) -> str:
    return ", ".join(category.title for category in recipient.categories.all())


def _recipient_risks(recipient: Recipient) -> str:
    received = [category.anonymous for category in recipient.categories.all()]
    return ", ".join(str(risk.label) for risk in risks.of_recipient(recipient, received))


class RecipientsResource(ListResource):
    """Third parties, and what each may receive."""

    file_name = "recipients"

    code = Column(_("code"), "code")
    title = Column(_("title"), "title")
    kind = Column(_("kind"), "kind", codes=RecipientKind)
    country = Column(_("country"), "country_title")
    cross_border = Column(_("data leaves the country"), "cross_border")
    categories = Column(_("may receive"), show=_received)
    ground = Column(_("transfer ground"), "ground", codes=TransferGround)
    route = Column(_("erasure reaches it by"), "route", codes=ErasureRoute)
    contact = Column(_("contact"), "contact")
    risks = Column(_("risks"), show=_recipient_risks)
    retired = Column(_("no longer used"), "retired")

    def filter_export(self, queryset: QuerySet[Any], **kwargs: Any) -> QuerySet[Any]:
        """With what each may receive."""
        return queryset.prefetch_related("categories")


def _of_recipient(name: str) -> Any:
    return lambda use: getattr(use.recipient, name) if use.recipient else ""


def _line_risks(use: Processing) -> str:
    recipient = [risks.Risk.NO_ROUTE] if use.recipient and not use.recipient.has_route else []
    found = [*risks.of_use(use), *risks.of_purpose(use.purpose), *recipient]
    return ", ".join(str(risk.label) for risk in found)


class ProcessingResource(ListResource):
    """The record of processing: a use a line, with everything that the record says of it."""

    file_name = "record-of-processing"

    purpose = Column(_("purpose"), "purpose__title")
    purpose_dpv = Column(_("DPV term of the purpose"), "purpose__dpv")
    legal_basis = Column(_("legal basis"), "purpose__legal_basis", codes=LegalBasis)
    advertising = Column(_("advertising"), "purpose__advertising")
    consent_asked = Column(_("consent is asked for"), "purpose__consent_asked")
    category = Column(_("data category"), "category__title")
    category_dpv = Column(_("DPV term of the category"), "category__dpv")
    anonymous = Column(_("anonymous"), "category__anonymous")
    given = Column(_("given"), show=given)
    recipient = Column(_("recipient"), show=used_by)
    country = Column(_("country"), show=_of_recipient("country_title"))
    cross_border = Column(_("data leaves the country"), show=_of_recipient("cross_border"))
    ground = Column(_("transfer ground"), show=_of_recipient("get_ground_display"))
    route = Column(_("erasure reaches it by"), show=_of_recipient("get_route_display"))
    kept = Column(_("kept"), show=lambda use: period(use.retention))
    kept_stands_on = Column(_("the period stands on"), show=lambda use: stands_on(use.retention))
    stands_on = Column(_("stands on"), show=stands_on)
    risks = Column(_("risks"), show=_line_risks)
    note = Column(_("note"), "note")
    ended = Column(_("ended"), "retired")

    def filter_export(self, queryset: QuerySet[Any], **kwargs: Any) -> QuerySet[Any]:
        """With what each ties together."""
        return queryset.select_related("category", "purpose", "recipient", "retention")
