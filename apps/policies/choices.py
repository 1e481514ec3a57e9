"""Closed lists of the policy and the law (promises: the law, as configurable rules)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LegalBasis(models.TextChoices):
    CONTRACT = "CONTRACT", _("Contract")
    LEGAL_OBLIGATION = "LEGAL_OBLIGATION", _("Legal obligation")
    VITAL_INTEREST = "VITAL_INTEREST", _("Vital interest")
    PUBLIC_TASK = "PUBLIC_TASK", _("Public task")
    LEGITIMATE_INTEREST = "LEGITIMATE_INTEREST", _("Legitimate interest")
    CONSENT = "CONSENT", _("Consent")


class EditionStatus(models.TextChoices):
    """How far an edition has come; one that is published stays so."""

    DRAFT = "draft", _("Draft")
    REVIEWED = "reviewed", _("Reviewed")
    PUBLISHED = "published", _("Published")


class LawStatus(models.TextChoices):
    """On whose word a rule stands. An assumption is never shown as law."""

    LAW = "law", _("Law")
    POLICY = "policy", _("The operator's policy")
    ASSUMED = "assumed", _("Assumed, to be checked")


class Deadline(models.TextChoices):
    """What has a term: the codes of deadline rules."""

    ACCESS = "access", _("Answer to an access request")
    OBJECTION = "objection", _("Decision on an objection")
    RECTIFICATION = "rectification", _("Rectification")
    PORTABILITY = "portability", _("Portability")
    ERASURE = "erasure", _("Erasure")
    RESTRICTION = "restriction", _("Restriction")
    COMPLAINT = "complaint", _("Answer to a complaint about the service")
    QUESTION = "question", _("Answer to a question")
    WITHDRAWAL = "withdrawal", _("Withdrawal of consent, advertising opt-out")
    CHILD_DECISION = "child-decision", _("Decision on a report of a child's data")
    CHILD_DESTRUCTION = "child-destruction", _("Destruction of a child's data")
    REGULATOR = "regulator", _("Answer to the regulator or the Ombudsman")
    AUTHORITY = "authority", _("Answer to an authority's demand")
    BREACH_INSIDE = "breach-inside", _("Breach notice inside")
    BREACH_REGULATOR = "breach-regulator", _("Breach notice to the regulator")
    CONSENT_RECORD = "consent-record", _("Keeping the record of a consent after the contract")


class Counting(models.TextChoices):
    """How a term is counted: days from the day after, to the end of the last one."""

    WORKING = "working", _("working days")
    CALENDAR = "calendar", _("calendar days")
    HOURS = "hours", _("hours")
    YEARS = "years", _("years")
    DOCUMENT = "document", _("as the document says")


class DayKind(models.TextChoices):
    """What a day is, against what the calendar of public holidays says."""

    HOLIDAY = "holiday", _("Day off")
    WORKING = "working", _("Working day")
