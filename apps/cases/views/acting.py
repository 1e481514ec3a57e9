"""Pages that do one thing to a case: a form that is also the confirmation, and a POST that calls one service."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.acting import Act
from apps.accounts.models import User
from apps.cases import forms as own
from apps.cases.choices import Delivery, Direction
from apps.cases.kinds import WORK, Transition
from apps.cases.models import Case, Message
from apps.cases.services.assign import MAY_ASSIGN, assign, prioritise
from apps.cases.services.attach import MAY_READ, attach
from apps.cases.services.compose import filled
from apps.cases.services.extend import extend
from apps.cases.services.link import concern, link_cases, read
from apps.cases.services.move import move
from apps.cases.services.taking_hold import Overtaken
from apps.cases.services.write import MAY_WRITE, NewMessage, add_message, add_note
from apps.cases.tasks import deliver_message
from apps.cases.views.case import case_or_404, offered_to
from apps.cases.views.letters import filled_template
from apps.core.errors import NotPossible
from apps.subjects.models import Subject
from apps.subjects.views.desk import desk_page, staff


def send_off(message: Message) -> None:
    """Queue the delivery of a message that leaves from here, in the transaction that made it."""
    if message.delivery == Delivery.QUEUED:
        deliver_message.defer(message_id=message.pk)


class CaseAct(Act):
    """One act. A text that `act` gives is said beside the form, which is shown again; what was done stays."""

    anchor: ClassVar[str] = ""
    tells: ClassVar[bool] = False  # something to the person: the page warns while nobody knows whether it is them

    def found(self, pk: int) -> Case:
        """The case."""
        return case_or_404(pk)

    def form_of(self, thing: Case, *data: Any) -> forms.Form:
        """The form, which knows the case where it asks for the version that was seen."""
        extra = {"case": thing} if issubclass(self.form_class, own.SeenForm) else {}
        form: forms.Form = self.form_class(*data, prefix=self.prefix, **extra)
        return form

    def refused(self, request: HttpRequest, thing: Case, form: forms.Form, error: NotPossible) -> HttpResponse:
        """The form again; whoever came second is sent to look again."""
        if not isinstance(error, Overtaken):
            return super().refused(request, thing, form, error)
        messages.error(request, str(error.message))
        return redirect("admin:cases_case_change", thing.pk)

    def answer(self, request: HttpRequest, thing: Case, form: forms.Form, outcome: Any) -> HttpResponse:
        """On, or the form again with what was said."""
        if not outcome:
            return self.afterwards(request, thing)
        form.add_error(None, str(outcome))
        return self.page(request, thing, form)

    def afterwards(self, request: HttpRequest, case: Case) -> HttpResponse:
        """Back to the case, with a word of what was done."""
        if self.done:
            messages.success(request, str(self.done))
        place = redirect("admin:cases_case_change", case.pk)
        place["Location"] += f"#{self.anchor}" if self.anchor else ""
        return place

    def page(self, request: HttpRequest, thing: Case, form: forms.Form) -> HttpResponse:
        """The form in the frame of the desk."""
        about = {"opts": Case._meta, "original": thing, "case": thing, "form": form}
        warns = self.tells and thing.lacks_verification
        return desk_page(request, "cases/act.html", {**about, **self.words(), "warns": warns})


class Step(CaseAct):
    """A step of the workflow that needs no page of its kind's own."""

    permission = "cases.view_case"  # beside the step's own

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Only steps that the case's page offers."""
        staff(request, self.permission)
        workflow = case_or_404(kwargs["pk"]).workflow
        found = [step for step in workflow.transitions if step.name == kwargs["step"] and step.generic]
        if not found:
            raise Http404(_("There is no such step."))
        self.step: Transition = found[0]
        staff(request, self.step.permission)
        self.title, self.explanation = self.step.title, self.step.explanation  # type: ignore[misc]
        return super().dispatch(request, *args, **kwargs)

    def form_of(self, case: Case, *data: Any) -> forms.Form:
        """With the step's reasons."""
        return own.StepForm(*data[:1], prefix=self.step.name, case=case, transition=self.step)

    def act(self, actor: User, case: Case, values: dict[str, Any]) -> None:
        """Take it."""
        move(case, self.step.name, actor=actor, seen=values["seen"], reason=values.get("reason", ""))


class Take(CaseAct):
    """Whoever works on it takes it."""

    permission = WORK
    form_class = own.SeenForm
    prefix = "take"
    title = gettext_lazy("Take the case")
    done = gettext_lazy("The case is yours.")

    def act(self, actor: User, case: Case, values: dict[str, Any]) -> None:
        """Assign."""
        assign(case, actor=actor, assignee=actor, seen=values["seen"])


class Assign(CaseAct):
    """To somebody, or to nobody."""

    permission = MAY_ASSIGN
    form_class = own.AssignForm
    prefix = "assign"
    title = gettext_lazy("Assign the case")
    done = gettext_lazy("The case is assigned.")

    def act(self, actor: User, case: Case, values: dict[str, Any]) -> None:
        """Assign."""
        assign(case, actor=actor, assignee=values["assignee"], seen=values["seen"])


class Prioritise(CaseAct):
    """What goes first."""

    permission = MAY_ASSIGN
    form_class = own.PriorityForm
    prefix = "priority"
    title = gettext_lazy("Change the priority")
    done = gettext_lazy("The priority is changed.")

    def act(self, actor: User, case: Case, values: dict[str, Any]) -> None:
        """Prioritise."""
        prioritise(case, actor=actor, priority=values["priority"], seen=values["seen"])


class Extend(CaseAct):
    """More time, once, and a word to the person."""

    permission = WORK
    form_class = own.ExtendForm
    prefix = "extend"
    title = gettext_lazy("Extend the term")
    explanation = gettext_lazy("Once only, before the term is over. The person is told how long it takes, and why.")
    button = gettext_lazy("Extend and tell the person")
    done = gettext_lazy("The term is extended.")

    def act(self, actor: User, case: Case, values: dict[str, Any]) -> None:
        """Extend."""
        notice = NewMessage(direction=Direction.OUT, came_by=values["came_by"], text=values["text"])
        send_off(extend(case, actor=actor, days=values["days"], notice=notice, seen=values["seen"]))


class AddNote(CaseAct):
    """For whoever works on it next."""

    permission = MAY_WRITE
    form_class = own.NoteForm
    prefix = "note"
    title = gettext_lazy("Add a note")
    done = gettext_lazy("The note is added.")
    anchor = "notes"

    def act(self, actor: User, case: Case, values: dict[str, Any]) -> None:
        """Note."""
        add_note(case, actor=actor, text=values["text"])


class AddMessage(CaseAct):
    """What the person said, or is told."""

    permission = MAY_WRITE
    form_class = own.MessageForm
    prefix = "message"
    title = gettext_lazy("Add a message")
    explanation = gettext_lazy(
        "What the person wrote or said; or what they are told: an e-mail or SMS goes out from here, of a call or "
        "letter it is kept that they were told."
    )
    done = gettext_lazy("The message is added.")
    anchor = "messages"
    tells = True

    def form_of(self, case: Case, *data: Any) -> forms.Form:
        """With the templates for the case; `?template=` begins with one."""
        asked = self.request.GET.get("template", "")
        known = asked.isascii() and asked.isdigit() and len(asked) < 19
        begun = {"direction": Direction.OUT, **filled_template(self.request, case, int(asked))} if known else {}
        return own.MessageForm(*data[:1], prefix=self.prefix, templates=offered_to(case), initial=begun)

    def act(self, actor: User, case: Case, values: dict[str, Any]) -> None:
        """Keep it."""
        send_off(add_message(case, actor=actor, message=filled(case, NewMessage(**values))))


class Attach(CaseAct):
    """A file."""

    permission = MAY_WRITE
    form_class = own.AttachForm
    prefix = "attach"
    title = gettext_lazy("Attach a file")
    done = gettext_lazy("The file is attached.")
    anchor = "files"

    def act(self, actor: User, case: Case, values: dict[str, Any]) -> None:
        """Keep it."""
        file = values["file"]
        attach(case, actor=actor, name=file.name, data=file.read())


class Link(CaseAct):
    """Another case."""

    permission = WORK
    form_class = own.LinkForm
    prefix = "link"
    title = gettext_lazy("Link with another case")
    done = gettext_lazy("The cases are linked.")
    anchor = "links"

    def act(self, actor: User, case: Case, values: dict[str, Any]) -> None:
        """Link."""
        link_cases(case, actor=actor, other=values["other"], kind=values["kind"])


class Concern(CaseAct):
    """Whom it is about."""

    permission = WORK
    form_class = own.ConcernForm
    prefix = "concern"
    title = gettext_lazy("Name the person")
    explanation = gettext_lazy("Whom is the case about? Type all of a number, address or reference.")
    done = gettext_lazy("The person is named.")

    def act(self, actor: User, case: Case, values: dict[str, Any]) -> None:
        """Name them."""
        found = list(Subject.objects.sought(values["typed"]).order_by("pk")[:2])
        if not found:
            raise NotPossible(_("Nobody is known by this. Check it, or register the person first."))
        if len(found) > 1:
            raise NotPossible(_("Several people are known by this. Type the reference of one of them."))
        concern(case, actor=actor, subject=found[0], seen=values["seen"])


class Read(CaseAct):
    """Show the texts for some minutes."""

    permission = MAY_READ
    title = gettext_lazy("Show the texts")
    explanation = gettext_lazy("That you read them is recorded.")

    def act(self, actor: User, case: Case, values: dict[str, Any]) -> None:
        """Read."""
        read(case, actor=actor)
