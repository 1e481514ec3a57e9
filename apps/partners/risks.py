"""What an officer has to look at on the record of processing, and why."""

from collections.abc import Collection

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.partners.models import Processing, Recipient
from apps.policies.models import Purpose


class Risk(models.TextChoices):
    """A closed list; each has its reason in `WHY`."""

    NO_PERIOD = "no-period", _("No retention period")
    ENDLESS = "endless", _("Kept without an end")
    CONSENT_ENDLESS = "consent-endless", _("Indefinite consent")
    CONSENT_VOID = "consent-void", _("Void consent")
    NO_ROUTE = "no-route", _("No erasure route")
    COMBINED = "combined", _("Could be combined")

    @property
    def why(self) -> str:
        """What is wrong, and what to do."""
        return str(WHY[self])


WHY = {
    Risk.NO_PERIOD: _("Nobody has said how long this is kept. A lead officer sets it."),
    Risk.ENDLESS: _("An endless period is no period: data is kept for as long as its purpose needs it."),
    Risk.CONSENT_ENDLESS: _(
        "The policy calls the consent indefinite (P08). It can be withdrawn always, and should end."
    ),
    Risk.CONSENT_VOID: _(
        "Consent is asked for though another basis applies: it is void (Digital Code, Art. 79(3)(3))."
    ),
    Risk.NO_ROUTE: _("An erasure does not reach this recipient (P14). Enter how it does."),
    Risk.COMBINED: _("Receives anonymous data and personal data, which must not be combined (P13)."),
}


def of_use(use: Processing) -> list[Risk]:
    """Of one line: how long the data is kept."""
    if use.retention is None:
        return [Risk.NO_PERIOD]
    return [Risk.ENDLESS] if use.retention.endless else []


def of_purpose(purpose: Purpose) -> list[Risk]:
    """Of the consent that is asked for."""
    found = {Risk.CONSENT_ENDLESS: purpose.consent_endless, Risk.CONSENT_VOID: purpose.consent_void}
    return [risk for risk, there in found.items() if there]


def of_recipient(recipient: Recipient, received: Collection[bool]) -> list[Risk]:
    """Of a recipient; `received` says of each category that it may receive whether that is anonymous."""
    found = {Risk.NO_ROUTE: not recipient.has_route, Risk.COMBINED: len(set(received)) > 1}
    return [risk for risk, there in found.items() if there]
