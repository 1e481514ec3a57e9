"""The steps of a person's request."""

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.cases.choices import Direction, Method, WaitReason
from apps.cases.kinds import REFUSE_PAGE, Transition, Workflow
from apps.cases.models import CaseLink
from apps.policies.choices import Deadline
from apps.support.choices import Speaker, Status, Topic
from apps.support.models import SupportRequest

KIND = "support"
TAKE_IN = "support.add_supportrequest"
OPEN_STATES = frozenset({Status.NEW, Status.IN_WORK, Status.WAITING})
# What they ask for discloses, changes or destroys something about the person.
VERIFIED_TOPICS = frozenset({
    Topic.ACCESS, Topic.PORTABILITY, Topic.RECTIFICATION, Topic.RESTRICTION, Topic.ERASURE,
})  # fmt: skip
FINAL = frozenset({Status.ANSWERED, Status.REFUSED, Status.WITHDRAWN, Status.DUPLICATE})


def _told(request: SupportRequest) -> Promise | None:
    """No request is answered without a word to the person."""
    if request.messages.filter(direction=Direction.OUT).exists():
        return None
    return _("Tell the person first: write the message, or note how they were told.")


def _answered(request: SupportRequest) -> Promise | None:
    """What was asked is done before it is said to be. A request for a copy is answered by the copy, or by the word that
    nothing is held; others by a message. Who speaks for somebody else has shown papers: a code proves who has the
    phone, not what they may do.
    """
    papers = request.verifications.done().filter(method=Method.PAPERS)
    if request.speaker != Speaker.SELF and request.topic in VERIFIED_TOPICS and not papers.exists():
        return _("They speak for somebody else: look at their papers first.")
    known = request.subject_id is not None  # of nobody there is nothing to correct or to block
    if known and request.topic == Topic.RECTIFICATION and not request.rectifications.exists():
        return _("Correct the values first; a request that is not followed is refused.")
    if known and request.topic == Topic.RESTRICTION and not request.blockings.exists():
        return _("Block the data first; a request that is not followed is refused.")
    if not request.asks_for_copy:
        return _told(request)
    if request.packages.answering().exists():
        return None
    return _("Hand the copy over first, or tell the person that nothing is held.")


def _linked(request: SupportRequest) -> Promise | None:
    """The first verified request wins; one that is not verified never stands in its way."""
    links = list(CaseLink.objects.of(request))
    if not links:
        return _("Link it with the request that came first.")
    others = [link.second if link.first_id == request.pk else link.first for link in links]
    if any(other.comes_before(request) and other.status != Status.DUPLICATE for other in others):
        return None
    return _("The linked request was not verified before this one: the first verified request wins.")


def _same_contact(request: SupportRequest) -> Q | None:
    """Requests that name the same number or address, also when it was not known yet."""
    if request.contact_digest is None:
        return None
    return Q(supportrequest__contact_digest=request.contact_digest)


STEPS = (
    Transition(
        "start", _("Start work"), frozenset({Status.NEW}), Status.IN_WORK, icon="play_arrow", style="am-primary"
    ),
    Transition(
        "wait", _("Wait for the person"), frozenset({Status.NEW, Status.IN_WORK}), Status.WAITING, icon="pause",
        reasons=WaitReason, explanation=_("The clock stands until they answer. Tell them what is missing."),
    ),
    Transition(
        "resume", _("The person has answered"), frozenset({Status.WAITING}), Status.IN_WORK, icon="resume",
        style="am-primary", explanation=_("The clock goes on from today."),
    ),
    Transition(
        "answer", _("Close as answered"), frozenset({Status.IN_WORK}), Status.ANSWERED, icon="check",
        style="am-primary", verified=VERIFIED_TOPICS, check=_answered,
        explanation=_("What was asked is done, and the person knows."),
    ),
    Transition(
        "refuse", _("Refuse"), frozenset({Status.IN_WORK}), Status.REFUSED, icon="block", refuses=True,
        style="am-danger", page=REFUSE_PAGE,
    ),
    Transition(
        "withdraw", _("They took it back"), OPEN_STATES, Status.WITHDRAWN, icon="undo",
        explanation=_("The person no longer asks for it."),
    ),
    Transition(
        "duplicate", _("Close as asked twice"), OPEN_STATES, Status.DUPLICATE, icon="content_copy", check=_linked,
        explanation=_("Work goes on in the linked request."),
    ),
    Transition("settle", _("Done on the spot"), frozenset({Status.NEW}), Status.ANSWERED, TAKE_IN, by_verb=True),
    Transition(
        "reopen", _("Open again"), FINAL, Status.IN_WORK, icon="restart_alt",
        explanation=_("It was closed by mistake, or there is more to do. The term is the one that it had."),
    ),
)  # fmt: skip

SUPPORT = Workflow(
    kind=KIND,
    prefix="SR",
    title=_("Request"),
    model=SupportRequest,
    states=Status,
    initial=Status.NEW,
    final=FINAL,
    waiting=frozenset({Status.WAITING}),
    transitions=STEPS,
    topics=Topic,
    deadline={
        Topic.ACCESS: Deadline.ACCESS,
        Topic.RECTIFICATION: Deadline.RECTIFICATION,
        Topic.PORTABILITY: Deadline.PORTABILITY,
        Topic.OBJECTION: Deadline.OBJECTION,
        Topic.RESTRICTION: Deadline.RESTRICTION,
        Topic.WITHDRAWAL: Deadline.WITHDRAWAL,
        Topic.ERASURE: Deadline.ERASURE,
        Topic.UNSUBSCRIBE: Deadline.WITHDRAWAL,
        Topic.COMPLAINT: Deadline.COMPLAINT,
        Topic.QUESTION: Deadline.QUESTION,
    },
    opens=TAKE_IN,
    intake="admin:support_supportrequest_add",
    panel="support/panel.html",
    duplicate="duplicate",
    alike=_same_contact,
    answers=frozenset({Status.ANSWERED, Status.REFUSED}),
    language_of=lambda request: str(request.language),
)
