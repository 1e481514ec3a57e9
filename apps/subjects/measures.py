"""What the record of processing is told about people's records."""

from django.utils.translation import gettext_lazy as _

from apps.partners.measures import Measure
from apps.subjects.models import PersonalRecord


def _outside() -> int:
    return PersonalRecord.objects.outside_categories().count()


OUTSIDE_CATEGORIES = Measure(
    _("Records outside the categories"), _("of people, in no category that the policy names (P02)"), _outside
)
