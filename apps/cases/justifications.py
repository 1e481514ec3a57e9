"""Why a request is refused: reasons from the Data Privacy Vocabulary, so that others can read them too.

The terms are those of https://w3id.org/dpv/justifications (version 2.1) that justify not doing what was asked.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

NAMESPACE = "https://w3id.org/dpv/justifications#"


class RefusalReason(models.TextChoices):
    """A coded reason of a refusal; each stands for a term of the vocabulary."""

    IDENTITY = "identity", _("It could not be verified who asks")
    IMPOSSIBLE = "impossible", _("It can't be done: there is no such data")
    INFORMED = "informed", _("The person has this information already")
    UNFOUNDED = "unfounded", _("The request is manifestly unfounded")
    EXCESSIVE = "excessive", _("The request is excessive: the same again and again")
    MALICIOUS = "malicious", _("The request is meant to disrupt")
    EFFORT = "effort", _("It would take a disproportionate effort")
    CONTRACT = "contract", _("The data is needed for the contract with the person")
    OBLIGATION = "obligation", _("A law obliges us to keep the data")
    EXEMPT = "exempt", _("The law exempts this from the right")
    CLAIMS = "claims", _("The data is needed for a legal claim")
    OVERRIDE = "override", _("Our legitimate interest outweighs")
    OTHERS = "others", _("It would harm the rights of other people")
    CONFIDENTIAL = "confidential", _("It would break a duty of confidentiality")
    INVESTIGATION = "investigation", _("It would hinder an investigation")
    COURT = "court", _("It would interfere with court proceedings")
    SECURITY = "security", _("It would endanger security")
    PUBLIC = "public", _("It would harm a public interest")

    @property
    def term(self) -> str:
        """The IRI of its term."""
        return f"{NAMESPACE}{_TERMS[self]}"


_TERMS: dict[str, str] = {
    RefusalReason.IDENTITY: "IdentityVerificationFailure",
    RefusalReason.IMPOSSIBLE: "FulfilmentImpossible",
    RefusalReason.INFORMED: "EntityAlreadyInformed",
    RefusalReason.UNFOUNDED: "ProcessUnfounded",
    RefusalReason.EXCESSIVE: "ProcessExcessive",
    RefusalReason.MALICIOUS: "ProcessMalicious",
    RefusalReason.EFFORT: "DisproportionateEffortRequired",
    RefusalReason.CONTRACT: "ContractPerformanceNecessity",
    RefusalReason.OBLIGATION: "LegalObligationImpaired",
    RefusalReason.EXEMPT: "LegallyExempted",
    RefusalReason.CLAIMS: "LegalClaimImpaired",
    RefusalReason.OVERRIDE: "LegitimateInterestOverride",
    RefusalReason.OTHERS: "ThirdPartyRightsImpaired",
    RefusalReason.CONFIDENTIAL: "ConfidentialityObligationCompromised",
    RefusalReason.INVESTIGATION: "CrimeInvestigationImpaired",
    RefusalReason.COURT: "JudicialProceedingsImpaired",
    RefusalReason.SECURITY: "SecurityImpaired",
    RefusalReason.PUBLIC: "PublicInterestCompromised",
}
