"""Pages by which staff do one thing: one permission, one service, and whatever stands against it said on the page."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views import View

from apps.accounts.desk import staff
from apps.accounts.models import User
from apps.core.errors import NotPossible
from apps.core.journal import JournalUnavailable

NOT_DURABLE = gettext_lazy("The journal could not be written, so nothing was done. Tell whoever runs the server.")


class EmptyForm(forms.Form):
    """Nothing to fill in: the button is the confirmation."""


class Act(View):
    """A form that is also the confirmation, and a POST that calls one service, in one transaction.

    Subclasses name the permission, the form and the words, and call the service in `act`. Their base says what is acted
    on (`found`), in which frame (`page`) and where it goes on (`answer`).
    """

    http_method_names = ["get", "post"]
    permission: ClassVar[str]
    form_class: ClassVar[type[Any]] = EmptyForm
    prefix: ClassVar[str | None] = None
    title: ClassVar[str | Promise]
    explanation: ClassVar[str | Promise] = ""
    button: ClassVar[str | Promise] = ""
    done: ClassVar[str | Promise] = ""
    danger: ClassVar[bool] = False

    def found(self, pk: int) -> Any:
        """What the address names. Raises Http404."""
        raise NotImplementedError

    def form_of(self, thing: Any, *data: Any) -> forms.Form:
        """The form: empty, or of what was sent."""
        form: forms.Form = self.form_class(*data, prefix=self.prefix)
        return form

    def act(self, actor: User, thing: Any, values: dict[str, Any]) -> Any:
        """Call the service. What it gives goes to `answer`."""
        raise NotImplementedError

    def page(self, request: HttpRequest, thing: Any, form: forms.Form) -> HttpResponse:
        """The form in its frame."""
        raise NotImplementedError

    def answer(self, request: HttpRequest, thing: Any, form: forms.Form, outcome: Any) -> HttpResponse:
        """Where it goes on after `act`."""
        raise NotImplementedError

    def refused(self, request: HttpRequest, thing: Any, form: forms.Form, error: NotPossible) -> HttpResponse:
        """The form again, with what stands against it."""
        form.add_error(None, str(error.message))
        return self.page(request, thing, form)

    def words(self) -> dict[str, Any]:
        """What every frame says."""
        button = self.button or self.title
        return {"title": self.title, "explanation": self.explanation, "button": button, "danger": self.danger}

    def get(self, request: HttpRequest, pk: int, **place: Any) -> HttpResponse:
        """The form."""
        staff(request, self.permission)
        thing = self.found(pk)
        return self.page(request, thing, self.form_of(thing))

    def post(self, request: HttpRequest, pk: int, **place: Any) -> HttpResponse:
        """The act, or the form again."""
        actor = staff(request, self.permission)
        thing = self.found(pk)
        form = self.form_of(thing, request.POST, request.FILES)
        if not form.is_valid():
            return self.page(request, thing, form)
        try:
            with transaction.atomic():
                outcome = self.act(actor, thing, form.cleaned_data)
        except NotPossible as error:
            return self.refused(request, thing, form, error)
        except JournalUnavailable:
            return self.refused(request, thing, form, NotPossible(NOT_DURABLE))
        return self.answer(request, thing, form, outcome)


class Decision(View):
    """A button: one decision, by POST. The second of two people who decide is told what the first did."""

    http_method_names = ["post"]
    permission: ClassVar[str]
    form_class: ClassVar[type[forms.Form]] = EmptyForm
    done: ClassVar[str | Promise]

    def found(self, pk: int) -> Any:
        """What the address names. Raises Http404."""
        raise NotImplementedError

    def decide(self, actor: User, thing: Any, given: dict[str, Any]) -> None:
        """Call the service and queue what follows."""
        raise NotImplementedError

    def after(self, thing: Any) -> HttpResponse:
        """Where it goes on."""
        raise NotImplementedError

    def refused(self, actor: User, thing: Any, error: NotPossible) -> HttpResponse:
        """Back to where something can be done, with what was wrong."""
        messages.error(self.request, str(error.message))
        return self.after(thing)

    def post(self, request: HttpRequest, pk: int, **place: Any) -> HttpResponse:
        """Decide."""
        actor, thing = staff(request, self.permission), self.found(pk)
        form = self.form_class(request.POST)
        try:
            if not form.is_valid():
                raise NotPossible(next(str(errors[0]) for errors in form.errors.values()))
            with transaction.atomic():
                self.decide(actor, thing, form.cleaned_data)
        except NotPossible as error:
            return self.refused(actor, thing, error)
        messages.success(request, str(self.done))
        return self.after(thing)
