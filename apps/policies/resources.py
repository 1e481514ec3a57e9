"""The registers as files: with every title, for they are the policy's own terms."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.exporting import Column, ListResource
from apps.policies.choices import Counting, DayKind, Deadline, EditionStatus, LawStatus, LegalBasis


class RegisterResource(ListResource):
    """What every register has."""

    code = Column(_("code"), "code")
    title_ky = Column(_("title in Kyrgyz"), "title_ky")
    title_ru = Column(_("title in Russian"), "title_ru")
    title_en = Column(_("title in English"), "title_en")


class DataCategoryResource(RegisterResource):
    """Data categories."""

    file_name = "data-categories"

    dpv = Column(_("DPV term"), "dpv")
    anonymous = Column(_("anonymous"), "anonymous")
    retired = Column(_("no longer used"), "retired")


class PurposeResource(RegisterResource):
    """Purposes."""

    file_name = "purposes"

    number = Column(_("number"), "number")
    dpv = Column(_("DPV term"), "dpv")
    legal_basis = Column(_("legal basis"), "legal_basis", codes=LegalBasis)
    advertising = Column(_("advertising"), "advertising")
    consent_asked = Column(_("consent is asked for"), "consent_asked")
    consent_days = Column(_("days that a consent holds"), "consent_days")
    parent = Column(_("topic of"), "parent__title")
    retired = Column(_("no longer used"), "retired")


class DeadlineRuleResource(ListResource):
    """Deadline rules, every version."""

    file_name = "deadline-rules"

    code = Column(pgettext_lazy("deadline", "what for"), "code", codes=Deadline)
    length = Column(_("length"), "length")
    counting = Column(_("counted in"), "counting", codes=Counting)
    status = Column(_("rests on"), "status", codes=LawStatus)
    legal_ref = Column(_("legal reference"), "legal_ref")
    valid_from = Column(_("holds from"), "valid_from")
    verified_by = Column(_("checked by"), "verified_by")
    verified_on = Column(_("checked on"), "verified_on")


class CalendarDayResource(ListResource):
    """Days on which the public calendar is wrong."""

    file_name = "working-calendar"

    date = Column(_("day"), "date")
    kind = Column(_("what it is"), "kind", codes=DayKind)
    note = Column(_("why"), "note")


class PolicyDocumentResource(RegisterResource):
    """Policy documents."""

    file_name = "policy-documents"

    retired = Column(_("no longer used"), "retired")


class PolicyEditionResource(ListResource):
    """Editions of the policy: who prepared, reviewed and published them, and since when they are in force."""

    file_name = "policy-editions"

    document = Column(_("document"), "document_id")
    number = Column(_("edition"), "number")
    status = Column(_("status"), "status", codes=EditionStatus)
    created_at = Column(_("begun"), "created_at")
    prepared_by = Column(_("prepared by"), "prepared_by")
    reviewed_by = Column(_("reviewed by"), "reviewed_by")
    published_by = Column(_("published by"), "published_by")
    published_at = Column(_("published"), "published_at")
    effective_at = Column(_("in force from"), "effective_at")
    past = Column(_("entered afterwards"), "past")
    widens = Column(_("purposes that it widens"), show=lambda edition: ", ".join(edition.widened))
    summary_ky = Column(_("what changed, in Kyrgyz"), "summary_ky")
    summary_ru = Column(_("what changed, in Russian"), "summary_ru")
    summary_en = Column(_("what changed, in English"), "summary_en")
