"""What the demo's lead officer has done with the record of processing: the part that a lead begins with."""

from apps.accounts.models import User
from apps.partners.choices import CountedFrom, ErasureRoute, Unit
from apps.partners.models import Processing, Recipient, Retention
from apps.partners.services.keep_processing import set_retentions
from apps.partners.services.keep_recipients import change_recipient

ROUTES = {"sms-gateway": "erasure@gateway.example", "partners": "data@partners.example"}
# The operator's own uses, by purpose.
PERIODS = {
    "provide-app": (3, Unit.YEAR, CountedFrom.LAST_USE),
    "contracts": (3, Unit.YEAR, CountedFrom.CONTRACT_END),
    "identification": (3, Unit.YEAR, CountedFrom.CONTRACT_END),
}


def reach_recipients(lead: User) -> None:
    """Say how an erasure reaches those nearest; the others are still to be asked."""
    for code, address in ROUTES.items():
        recipient = Recipient.objects.get(code=code)
        recipient.route, recipient.contact = ErasureRoute.EMAIL, address
        change_recipient(actor=lead, recipient=recipient, fields=["route", "contact"])


def set_periods(lead: User) -> None:
    """Periods of what rests on the contract; what service and advertising keep is still to be decided."""
    for purpose, (amount, unit, event) in PERIODS.items():
        uses = Processing.objects.in_use().filter(purpose=purpose, recipient=None)
        set_retentions(actor=lead, uses=uses, retention=Retention(amount=amount, unit=unit, counted_from=event))
