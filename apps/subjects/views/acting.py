"""Pages that do one thing to a person: a form that is also the confirmation, and a POST that calls one service."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.acting import Act
from apps.accounts.models import User
from apps.subjects import forms as own
from apps.subjects.models import Subject
from apps.subjects.services.add_identifier import add_identifier
from apps.subjects.services.move_identifier import move_identifier
from apps.subjects.services.register import NewIdentifier
from apps.subjects.services.release import release
from apps.subjects.services.restrict import restrict
from apps.subjects.services.reveal import hide, reveal
from apps.subjects.views.desk import desk_page, person_or_404


class PersonAct(Act):
    """One act. `act` gives the person whose page comes next, when it is another one."""

    def found(self, pk: int) -> Subject:
        """The person."""
        return person_or_404(pk)

    def answer(self, request: HttpRequest, thing: Subject, form: forms.Form, outcome: Subject | None) -> HttpResponse:
        """On to the person's page."""
        if self.done:
            messages.success(request, str(self.done))
        return redirect("admin:subjects_subject_change", (outcome or thing).pk)

    def page(self, request: HttpRequest, thing: Subject, form: forms.Form) -> HttpResponse:
        """The form in the frame of the desk."""
        return desk_page(request, "subjects/act.html", {"subject": thing, "form": form, **self.words()})


class RevealPerson(PersonAct):
    """Show values, for a reason and some minutes."""

    permission = "subjects.reveal_subject"
    form_class = own.RevealForm
    prefix = "reveal"
    title = gettext_lazy("Show values")
    explanation = gettext_lazy("The reason and the time are recorded under your name.")
    button = gettext_lazy("Show values")

    def act(self, actor: User, subject: Subject, values: dict[str, Any]) -> None:
        """Reveal."""
        reveal(actor=actor, subject=subject, reason=values["reason"], note=values["note"])


class HidePerson(PersonAct):
    """Hide values before their time."""

    permission = "subjects.reveal_subject"
    title = gettext_lazy("Hide values")
    button = gettext_lazy("Hide values")

    def act(self, actor: User, subject: Subject, values: dict[str, Any]) -> None:
        """Hide."""
        hide(actor=actor, subject=subject)


class RestrictPerson(PersonAct):
    """Block."""

    permission = "subjects.restrict_subject"
    form_class = own.RestrictForm
    prefix = "restrict"
    title = gettext_lazy("Block the data")
    explanation = gettext_lazy("Blocked data is kept and not used, until somebody unblocks it.")
    button = gettext_lazy("Block the data")
    done = gettext_lazy("The data is blocked.")
    danger = True

    def act(self, actor: User, subject: Subject, values: dict[str, Any]) -> None:
        """Restrict."""
        restrict(actor=actor, subject=subject, reason=values["reason"])


class ReleasePerson(PersonAct):
    """Unblock."""

    permission = "subjects.restrict_subject"
    form_class = own.ReleaseForm
    prefix = "release"
    title = gettext_lazy("Unblock the data")
    explanation = gettext_lazy("The data may be used again.")
    button = gettext_lazy("Unblock the data")
    done = gettext_lazy("The data is unblocked.")

    def act(self, actor: User, subject: Subject, values: dict[str, Any]) -> None:
        """Release."""
        release(actor=actor, subject=subject, reason=values["reason"])


class AddIdentifier(PersonAct):
    """One more phone, address or token."""

    permission = "subjects.add_identifier"
    form_class = own.AddIdentifierForm
    title = gettext_lazy("Add an identifier")
    explanation = gettext_lazy("A phone, address or token that is this person's too.")
    button = gettext_lazy("Add")
    done = gettext_lazy("The identifier is added.")

    def act(self, actor: User, subject: Subject, values: dict[str, Any]) -> None:
        """Add."""
        add_identifier(actor=actor, subject=subject, new=NewIdentifier(values["kind"], values["value"]))


class MoveIdentifier(PersonAct):
    """A number that belongs to somebody else now."""

    permission = "subjects.change_identifier"
    title = gettext_lazy("This number or address has a new owner")
    explanation = gettext_lazy(
        "A new person is made for it. The old owner keeps everything else, and nothing of theirs goes along. "
        "Opt-outs stay with the number or address until its new owner lifts them."
    )
    button = gettext_lazy("Move to a new person")
    done = gettext_lazy("This is the new person. The old owner's data stayed behind.")
    danger = True

    def act(self, actor: User, subject: Subject, values: dict[str, Any]) -> Subject:
        """Move."""
        identifier = subject.identifiers.filter(pk=self.kwargs["identifier"]).first()
        if identifier is None:
            raise Http404(_("There is no such identifier."))
        return move_identifier(actor=actor, identifier=identifier)
