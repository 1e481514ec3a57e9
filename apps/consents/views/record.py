"""Taking down what a person says of a purpose, and saying that an event was recorded wrongly."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.consents.choices import EVERY_CHANNEL, State
from apps.consents.forms import CorrectForm, RecordForm
from apps.consents.models import ConsentEvent
from apps.consents.services.announcing import is_advertising
from apps.consents.services.correct import correct
from apps.consents.services.enforce import RESTS_ON
from apps.consents.services.record_consent import record_consent, withdraw
from apps.policies.registry import PURPOSE_BY_CODE, purpose_title
from apps.subjects.models import Subject
from apps.subjects.views.acting import PersonAct
from apps.subjects.views.desk import desk_page

_ASKED = ("state", "channel")


class RecordConsent(PersonAct):
    """They permit, refuse or withdraw. A withdrawal is always taken (P08)."""

    permission = "consents.record_consent"
    form_class = RecordForm
    button = gettext_lazy("Record")
    done = gettext_lazy("Recorded.")

    def found(self, pk: int) -> Subject:
        """The person. A purpose that nobody knows is no page."""
        _by_channel(self.kwargs["purpose"])
        return super().found(pk)

    def form_of(self, thing: Subject, *data: Any) -> forms.Form:
        """With what a link on the person's page has chosen; a channel is asked for where it tells anything apart."""
        asked = {name: self.request.GET[name] for name in _ASKED if name in self.request.GET}
        form = RecordForm(*data[:1], initial=asked)
        if not _by_channel(self.kwargs["purpose"]):
            form.fields.pop("channel", None)
        return form

    def act(self, actor: User, subject: Subject, values: dict[str, Any]) -> None:
        """Record."""
        purpose = self.kwargs["purpose"]
        said = {name: values[name] for name in ("medium", "note", "occurred_at")}
        about = {
            "actor": actor,
            "subject": subject,
            "purpose": purpose,
            "channel": values.get("channel", EVERY_CHANNEL),
        }
        if values["state"] == State.WITHDRAWN:
            withdraw(**about, **said)
        else:
            seen = {name: values[name] for name in ("edition", "language", "expires_at")}
            record_consent(**about, **said, **seen, state=values["state"])

    def page(self, request: HttpRequest, subject: Subject, form: forms.Form) -> HttpResponse:
        """The form, under the name of the purpose, with what follows from an end."""
        purpose = self.kwargs["purpose"]
        words = {"title": purpose_title(purpose), "explanation": _consequence(purpose), "button": self.button}
        return desk_page(request, "consents/record.html", {"subject": subject, "form": form, **words})


def _by_channel(purpose: str) -> bool:
    """Whether the purpose is told apart by channel. Raises Http404 for one that nobody knows."""
    if purpose not in PURPOSE_BY_CODE:
        raise Http404(_("There is no such purpose."))
    return is_advertising(purpose)


def _consequence(purpose: str) -> str | Promise:
    if is_advertising(purpose):
        return _("When they refuse or withdraw, nothing of it is sent to any number or address of theirs any more.")
    if purpose in RESTS_ON:
        return _("When they refuse or withdraw, every location that is held about them is destroyed at once, for good.")
    return _("What they say is kept with your name. A withdrawal is always taken.")


class CorrectConsent(PersonAct):
    """An event was recorded wrongly: it stays, and counts no more."""

    permission = "consents.correct_consent"
    form_class = CorrectForm
    title = gettext_lazy("This was recorded wrongly")
    explanation = gettext_lazy(
        "The event stays in the ledger, marked, and counts at no moment any more. An opt-out that followed from it "
        "stays: only the person can lift one."
    )
    button = gettext_lazy("Correct it")
    done = gettext_lazy("The correction is recorded.")
    danger = True

    def act(self, actor: User, subject: Subject, values: dict[str, Any]) -> None:
        """Correct."""
        event = ConsentEvent.objects.filter(subject=subject, pk=self.kwargs["event"]).first()
        if event is None:
            raise Http404(_("There is no such event."))
        correct(actor=actor, event=event, medium=values["medium"], reason=values["reason"])
