"""The permission for exact geolocation, as a person gives or ends it to a member of staff."""

from typing import Any

from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.consents.choices import State
from apps.consents.forms import SaidForm
from apps.consents.models import ConsentEvent
from apps.consents.services.record_consent import record_consent
from apps.policies.registry import GEOLOCATION
from apps.subjects.models import Subject
from apps.subjects.views.acting import PersonAct


class GivePermission(PersonAct):
    """The person permits it."""

    permission = "consents.record_consent"
    form_class = SaidForm
    prefix = "give"
    title = gettext_lazy("The person permits exact geolocation")
    explanation = gettext_lazy(
        "From now on the locations that partners report may be kept, until the person takes it back."
    )
    button = gettext_lazy("Record the permission")
    done = gettext_lazy("The permission is recorded.")

    def act(self, actor: User, subject: Subject, values: dict[str, Any]) -> None:
        """Record."""
        said = {"purpose": GEOLOCATION, "state": State.GIVEN, "medium": values["medium"]}
        record_consent(actor=actor, subject=subject, **said)


class EndPermission(PersonAct):
    """The person takes it back, or refuses it."""

    permission = "consents.record_consent"
    form_class = SaidForm
    prefix = "end"
    title = gettext_lazy("The person does not permit exact geolocation")
    explanation = gettext_lazy("Every location that is held about this person is destroyed at once, for good.")
    button = gettext_lazy("Record and destroy")
    done = gettext_lazy("Recorded. No location of this person is held any more.")
    danger = True

    def act(self, actor: User, subject: Subject, values: dict[str, Any]) -> None:
        """Record: a withdrawal of what was in force, else a refusal."""
        held = ConsentEvent.objects.in_force(subject, GEOLOCATION)
        state = State.WITHDRAWN if held else State.REFUSED
        record_consent(actor=actor, subject=subject, purpose=GEOLOCATION, state=state, medium=values["medium"])
