"""What is done about a copy: each act a form that is also the confirmation, and a POST that calls one service."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from apps.accounts.models import User
from apps.cases.choices import Direction
from apps.cases.models import Case
from apps.cases.services.write import NewMessage, add_message
from apps.cases.views.acting import CaseAct, send_off
from apps.core.errors import NotPossible
from apps.subjects.views.desk import desk_page, staff
from apps.support import forms as own
from apps.support.choices import CopyState
from apps.support.models import AccessPackage, Redaction, SupportRequest
from apps.support.services.access.handover import PIECE_BYTES, MadeLink, hand_over_paper, make_link, open_page, revoke
from apps.support.services.access.holding import MAY_PREPARE, MAY_RELEASE
from apps.support.services.access.prepare import discard, prepare, take_up, tell_nothing
from apps.support.services.access.release import release
from apps.support.services.access.withhold import give_after_all, look, withhold
from apps.support.tasks import build_copy, prepare_copy
from apps.support.views.copy import copy_or_404

# The page is ours and has no script: it may be shown, and neither run, kept nor framed.
_PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-modals",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


class Prepare(CaseAct):
    """Begin a copy."""

    permission = MAY_PREPARE
    title = gettext_lazy("Prepare the copy")
    explanation = gettext_lazy(
        "Everything that is held about the person is collected. Nothing goes out before somebody has looked through it."
    )
    done = gettext_lazy("The copy is being prepared.")
    anchor = "copy"

    def act(self, actor: User, case: Case, values: dict[str, Any]) -> None:
        """Begin, and queue the work."""
        package = prepare(SupportRequest.objects.get(pk=case.pk), actor=actor)
        prepare_copy.defer(package_id=package.pk)


class Nothing(CaseAct):
    """Tell that nothing is held."""

    permission = MAY_PREPARE
    form_class = own.NothingForm
    prefix = "nothing"
    title = gettext_lazy("Tell that nothing is held")
    explanation = gettext_lazy("Nobody is known by what the person gave. What they are told is kept with the case.")
    done = gettext_lazy("It is kept that the person was told.")
    anchor = "copy"

    def form_of(self, case: Case, *data: Any) -> forms.Form:
        """With words in the language of the request."""
        with override(SupportRequest.objects.get(pk=case.pk).language):
            words = _("We hold no data about you: nothing leads to you by the number or address that you gave us.")
        return own.NothingForm(data[0] if data else None, prefix=self.prefix, initial={"text": words})

    def act(self, actor: User, case: Case, values: dict[str, Any]) -> None:
        """Keep that they were told."""
        tell_nothing(SupportRequest.objects.get(pk=case.pk), actor=actor, **values)


class CopyAct(CaseAct):
    """An act about one copy of the request."""

    anchor = "copy"

    def copy_of(self, case: Case) -> AccessPackage:
        """The copy that the address names."""
        return copy_or_404(case.pk, self.kwargs["copy"])

    def found(self, pk: int) -> Case:
        """The case, where the copy is one of its request."""
        copy_or_404(pk, self.kwargs["copy"])
        return super().found(pk)


class TakeUp(CopyAct):
    """Go on with a copy that stands still."""

    permission = MAY_PREPARE
    title = gettext_lazy("Begin again")
    explanation = gettext_lazy("Nobody works on the copy any more. Nothing is lost: a worker begins with it anew.")
    done = gettext_lazy("A worker takes up the copy.")

    def act(self, actor: User, case: Case, values: dict[str, Any]) -> None:
        """Begin again, and queue the work."""
        package = take_up(package=self.copy_of(case), actor=actor)
        job = prepare_copy if package.state == CopyState.PREPARING else build_copy
        job.defer(package_id=package.pk)


class ToPreview(CopyAct):
    """An act after which somebody goes on looking through."""

    def afterwards(self, request: HttpRequest, case: Case) -> HttpResponse:
        """Back to where they were."""
        if self.done:
            messages.success(request, str(self.done))
        names = ("section", "p", "look")
        where = {name: request.GET[name] for name in names if name in request.GET}
        place = reverse("admin:support_supportrequest_copy", args=[case.pk, self.kwargs["copy"]])
        number = self.kwargs.get("number")
        return redirect(f"{place}?{urlencode(where)}" + (f"#i-{number}" if number else ""))


class Look(ToPreview):
    """Show the values for some minutes."""

    permission = MAY_PREPARE
    title = gettext_lazy("Show the values")
    explanation = gettext_lazy("That you look at them is recorded, with the request as the reason.")

    def act(self, actor: User, case: Case, values: dict[str, Any]) -> None:
        """Look."""
        look(package=self.copy_of(case), actor=actor)


class Withhold(ToPreview):
    """Withhold a value, or with no `?key=` all of an entry."""

    permission = MAY_PREPARE
    form_class = own.WithholdForm
    title = gettext_lazy("Withhold")
    explanation = gettext_lazy(
        "What is withheld is not in the copy that goes out. The person sees that something is, and why."
    )

    def act(self, actor: User, case: Case, values: dict[str, Any]) -> None:
        """Withhold."""
        place = {"section": self.kwargs["section"], "number": self.kwargs["number"]}
        key = self.request.GET.get("key", "")
        withhold(package=self.copy_of(case), actor=actor, key=key, reason=values["reason"], **place)


class Give(ToPreview):
    """Give what was withheld."""

    permission = MAY_PREPARE
    title = gettext_lazy("Give it after all")

    def act(self, actor: User, case: Case, values: dict[str, Any]) -> None:
        """Take the withholding back."""
        found = Redaction.objects.filter(package=self.copy_of(case), pk=self.kwargs["redaction"]).first()
        if found is None:
            raise NotPossible(_("It is not withheld any more."))
        give_after_all(redaction=found, actor=actor)


class Release(CopyAct):
    """Release a copy."""

    permission = MAY_RELEASE
    form_class = own.ReleaseForm
    prefix = "release"
    title = gettext_lazy("Release the copy")
    explanation = gettext_lazy(
        "The file is put together of what you looked through, less what is withheld."
        " After that nothing of it can be changed."
    )
    done = gettext_lazy("The copy is released, and being put together.")

    def act(self, actor: User, case: Case, values: dict[str, Any]) -> None:
        """Release, and queue the work."""
        package = release(package=self.copy_of(case), actor=actor, looked=values["looked"])
        build_copy.defer(package_id=package.pk)


class Discard(CopyAct):
    """Destroy a copy."""

    permission = MAY_PREPARE
    title = gettext_lazy("Discard the copy")
    explanation = gettext_lazy("Its files are destroyed and its link stops working. A new one can be prepared.")
    done = gettext_lazy("The copy is discarded.")

    def act(self, actor: User, case: Case, values: dict[str, Any]) -> None:
        """Discard."""
        discard(package=self.copy_of(case), actor=actor)


class Link(CopyAct):
    """Make a link, which is shown this once."""

    permission = MAY_RELEASE
    form_class = own.LinkForm
    prefix = "link"
    title = gettext_lazy("Make a link")
    explanation = gettext_lazy(
        "Whoever opens the link is asked for a code, which is sent to the person when they ask for it."
        " Links made before stop working."
    )
    made: MadeLink
    sent = False

    def form_of(self, case: Case, *data: Any) -> forms.Form:
        """With the person's addresses."""
        person = self.copy_of(case).person or 0
        return own.LinkForm(data[0] if data else None, prefix=self.prefix, subject_id=person)

    def act(self, actor: User, case: Case, values: dict[str, Any]) -> None:
        """Make it, and send it where it is to be sent."""
        package = self.copy_of(case)
        self.made = make_link(package=package, actor=actor, identifier=values["code_to"])
        if values["way"]:
            text = _link_words(package, self.made.url)
            told = NewMessage(direction=Direction.OUT, came_by=values["way"], text=text)
            send_off(add_message(case, actor=actor, message=told))
        self.sent = bool(values["way"])

    def afterwards(self, request: HttpRequest, case: Case) -> HttpResponse:
        """The page that shows it."""
        context = {"title": _("The link"), "opts": Case._meta, "original": case, "case": case, "made": self.made}
        answer = desk_page(request, "support/copy_link.html", {**context, "sent": self.sent})
        answer["Cache-Control"] = "no-store"
        return answer


def _link_words(package: AccessPackage, url: str) -> str:
    with override(package.language):
        return _("The copy of your data is ready: %(url)s") % {"url": url}


class Revoke(CopyAct):
    """Take the link back."""

    permission = MAY_RELEASE
    title = gettext_lazy("Take the link back")
    done = gettext_lazy("The link doesn't work any more.")

    def act(self, actor: User, case: Case, values: dict[str, Any]) -> None:
        """Take it back."""
        revoke(package=self.copy_of(case), actor=actor)


class Paper(CopyAct):
    """Note who took it on paper."""

    permission = MAY_RELEASE
    form_class = own.PaperForm
    prefix = "paper"
    title = gettext_lazy("Handed over on paper")
    explanation = gettext_lazy("Files that belong to the copy go with it: open and print them from the case.")
    done = gettext_lazy("It is kept that the copy was handed over.")

    def act(self, actor: User, case: Case, values: dict[str, Any]) -> None:
        """Hand over."""
        hand_over_paper(package=self.copy_of(case), actor=actor, to=values["to"])


class Print(CopyAct):
    """The readable page, to be printed."""

    permission = MAY_RELEASE
    title = gettext_lazy("Open for printing")
    explanation: ClassVar[str | Promise] = gettext_lazy("That you open it is recorded.")

    def post(self, request: HttpRequest, pk: int, **place: Any) -> HttpResponse:
        """The page itself."""
        actor = staff(request, self.permission)
        try:
            stream = open_page(package=copy_or_404(pk, place["copy"]), actor=actor)
        except NotPossible as error:
            messages.error(request, str(error.message))
            return redirect("admin:cases_case_change", pk)
        pieces = iter(lambda: stream.read(PIECE_BYTES), b"")
        answer: HttpResponseBase = StreamingHttpResponse(pieces, headers=_PAGE_HEADERS)
        return answer  # type: ignore[return-value]
