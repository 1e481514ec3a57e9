"""`/request/` and `/request/status/`: asking for something without an account, and following what became of it.

No cookie, no script, and never a word by which somebody could tell whom we know.
"""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from apps.cases.choices import Delivery, Direction
from apps.cases.services.send_code import TooManyCodes
from apps.cases.tasks import deliver_code
from apps.core.codes import Answer
from apps.core.errors import NotPossible
from apps.core.limits import Limit
from apps.core.public import StatelessView, client_key, page_language, public_page, secured
from apps.optouts.views.body import TooLarge, read_body
from apps.policies.contacts import contacts
from apps.support.choices import PLAIN_STATES, PLAIN_TOPICS, Status, Topic
from apps.support.forms import OwnForm, PublicForm
from apps.support.models import SupportRequest
from apps.support.services.follow_own import ask_own_code, check_own_code, withdraw_own
from apps.support.services.receive_form import find_own, receive_form

MAX_BODY_BYTES = 64 * 1024
# Of one visitor: what is sent at all, and what is taken in. Of all together, so that the desk is not buried.
SENT = Limit("request-sent", times=40, seconds=10 * 60)
MADE = Limit("request-made", times=20, seconds=60 * 60)
MADE_BY_ALL = Limit("request-made-by-all", times=150, seconds=10 * 60)
HOUR = 60 * 60


class TooOften(Exception):
    """More than one visitor may send, or than all may."""

    def __init__(self, limit: Limit) -> None:
        super().__init__(limit.name)
        self.seconds = limit.seconds


@method_decorator([csrf_exempt, sensitive_post_parameters()], name="dispatch")  # our own dispatch has to be told again
class PublicRequestView(StatelessView):
    """Floods and what is too large get a page that says so."""

    answered = (TooLarge, TooOften)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """In the reader's language."""
        with translation.override(page_language(request)):
            return super().dispatch(request, *args, **kwargs)

    def answer_to(self, request: HttpRequest, error: Exception) -> HttpResponse:
        """As StatelessView."""
        if isinstance(error, TooOften):
            return too_often(request, "limit", error.seconds, contacts=contacts(), minutes=error.seconds // 60)
        return page(request, "limit", status=413, too_large=True)

    @staticmethod
    @sensitive_variables()
    def fields(request: HttpRequest) -> QueryDict:
        """What was sent. Raises TooOften, TooLarge."""
        visitor = client_key(request)
        if visitor and not SENT.take(visitor):
            raise TooOften(SENT)
        return QueryDict(read_body(request, MAX_BODY_BYTES), encoding="utf-8")


def page(request: HttpRequest, name: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """A public page of requests, kept by nobody."""
    answer = public_page(f"support/public/{name}.html", context, language=page_language(request), status=status)
    return secured(answer)


def too_often(request: HttpRequest, name: str, seconds: int, **context: Any) -> HttpResponse:
    """A page that says when it may be tried again."""
    answer = page(request, name, status=429, **context)
    answer.headers["Retry-After"] = str(seconds)
    return answer


class RequestView(PublicRequestView):
    """The form, and the receipt of what was sent by it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The empty form; `?topic=` chooses what it is about."""
        topic = request.GET.get("topic", "")
        chosen = {"topic": topic} if topic in Topic.values else {}
        language = {"language": page_language(request), "once": uuid4()}
        return page(request, "form", form=PublicForm(initial={**chosen, **language}))

    @method_decorator(sensitive_variables())
    def post(self, request: HttpRequest) -> HttpResponse:
        """Take it in. The secret is shown here, and never again."""
        fields = self.fields(request)
        form = PublicForm(fields)
        if not form.is_valid():
            if "website" in form.errors:
                form.data = {**fields.dict(), "website": ""}
            return page(request, "form", form=form, status=400)
        visitor = client_key(request)
        if visitor and not MADE.take(visitor):
            raise TooOften(MADE)
        if not MADE_BY_ALL.take(""):
            raise TooOften(MADE_BY_ALL)
        made, secret = receive_form(new=form.new(), once=str(form.cleaned_data["once"]))
        context: dict[str, Any] = {"case": made, "secret": secret, "topic": PLAIN_TOPICS[Topic(made.topic)]}
        return page(request, "receipt", **context, unsubscribes=made.topic == Topic.UNSUBSCRIBE)


class StatusView(PublicRequestView):
    """How far a request has come, for whoever has its secret; both are typed, and stand in no address."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The two fields."""
        return page(request, "find", form=OwnForm())

    @method_decorator(sensitive_variables())
    def post(self, request: HttpRequest) -> HttpResponse:
        """The request, after what was asked to be done about it."""
        form = OwnForm(self.fields(request))
        values = form.cleaned_data if form.is_valid() else {}
        found = find_own(reference=values["reference"], secret=values["secret"]) if values else None
        if found is None:
            return page(request, "find", form=form, wrong=True, status=404)
        act = _ACTS.get(values["act"])
        try:
            told = act(found, values["code"]) if act else ""
        except TooManyCodes:
            return too_often(request, "status", HOUR, **status_of(found, values["secret"]), told="often")
        except NotPossible as error:
            return page(request, "status", **status_of(found, values["secret"]), told="not", why=str(error.message))
        return page(request, "status", **status_of(found, values["secret"]), told=told)


@transaction.atomic
def _send(own: SupportRequest, code: str) -> str:
    """Queue a code, whether the address is known or not: only the job looks."""
    deliver_code.defer(verification_id=ask_own_code(own).pk)
    return "sent"


def _check(own: SupportRequest, code: str) -> str:
    return "verified" if check_own_code(own, code=code) == Answer.RIGHT else "wrong"


def _withdraw(own: SupportRequest, code: str) -> str:
    withdraw_own(own)
    return "withdrawn"


_ACTS: dict[str, Callable[[SupportRequest, str], str]] = {"code": _send, "check": _check, "withdraw": _withdraw}


def status_of(own: SupportRequest, secret: str) -> dict[str, Any]:
    """What is safe to be seen by whoever has the secret: dates and states, nothing of what was written."""
    case = SupportRequest.objects.get(pk=own.pk)
    sent = case.messages.filter(direction=Direction.OUT, delivery=Delivery.DONE).order_by("happened_at")
    return {
        "case": case, "secret": secret, "topic": PLAIN_TOPICS[Topic(case.topic)],
        "state": PLAIN_STATES[Status(case.status)],
        "sent": [(row.happened_at, row.get_came_by_display()) for row in sent],
        "waiting_code": case.is_open and case.verifications.waiting().exists(),
        "unsubscribes": case.topic == Topic.UNSUBSCRIBE,
    }  # fmt: skip
