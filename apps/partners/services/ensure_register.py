"""The first record of processing, once: what staff has changed, retired or ended since stays as they left it."""

from dataclasses import asdict

from django.db import transaction

from apps.partners.models import Processing, Recipient, Retention
from apps.partners.shipped import RECIPIENTS, USES, ShippedPeriod, ShippedRecipient
from apps.policies.models import DataCategory

Tie = tuple[str, str, int | None]  # category, purpose, recipient


@transaction.atomic
def ensure_register() -> None:
    """Add recipients and uses of the policy that are not there yet; change nothing that is."""
    known = set(Recipient.objects.values_list("code", flat=True))
    for position, shipped in enumerate(RECIPIENTS):
        if shipped.code not in known:
            _add_recipient(shipped, position)
    _add_uses(dict(Recipient.objects.values_list("code", "pk")))


def _add_recipient(shipped: ShippedRecipient, position: int) -> None:
    titles = {f"title_{language}": title for language, title in asdict(shipped.titles).items()}
    recipient = Recipient.objects.create(
        code=shipped.code, position=position, kind=shipped.kind, ground=shipped.ground, country=shipped.country,
        cross_border=shipped.cross_border, **titles,
    )  # fmt: skip
    recipient.categories.set(DataCategory.objects.filter(code__in=shipped.categories))


def _add_uses(recipients: dict[str, int]) -> None:
    known = set(Processing.objects.values_list("category_id", "purpose_id", "recipient_id"))
    lines, periods = [], []
    for use in USES:
        for category in use.categories:
            tie: Tie = (category, use.purpose, recipients.get(use.recipient))
            if tie not in known:
                lines.append(_line(tie, mandatory=category in use.mandatory, reference=use.reference))
                periods.append(use.period)
    Processing.objects.bulk_create(lines)
    _add_periods([(line, period) for line, period in zip(lines, periods, strict=True) if period])


def _line(tie: Tie, **values: object) -> Processing:
    category, purpose, recipient = tie
    return Processing(category_id=category, purpose_id=purpose, recipient_id=recipient, **values)


def _add_periods(given: list[tuple[Processing, ShippedPeriod]]) -> None:
    for line, period in given:
        values = {"status": period.status, "reference": period.reference, **period.terms}
        line.retention = Retention(line=line, set_at=line.changed_at, **values)
    Retention.objects.bulk_create([line.retention for line, _period in given if line.retention])
    Processing.objects.bulk_update([line for line, _period in given], ["retention"])
