"""Kinds of cases as data: their states, the steps between them, and what they promise. Each kind registers its own.

The core knows no kind by name. What a step does beyond a change of state (the clock stands in states that wait, a case
closes in final ones) is the work of the kind's own verb, which calls `move`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORK = "cases.work_case"
NOT_VERIFIED = _("Verify first who asks: before that nothing about the person is disclosed or destroyed.")
REFUSE_PAGE = "admin:cases_case_refuse"

# What stands against a step of a case, for the screen; None where nothing does.
Check = Callable[[Any], "str | Promise | None"]


@dataclass(frozen=True)
class Transition:
    """A step: `name`, its button's `title`, from which states to which, and who may take it.

    `reasons` makes a coded reason part of it. `page` names the address of a page of the kind's own (with `pk`) that
    takes the step itself, `by_verb` leaves it to a verb of the kind: nobody takes it otherwise. `verified` are the
    topics for which it can't be taken before who asks is verified: it discloses or destroys something. `refuses` says
    that what was asked is refused: that is not done without a coded reason, a legal reference and a letter, for which
    the core has a page (`REFUSE_PAGE`) and a verb. `check` looks at the kind's row, which is locked.
    """

    name: str
    title: str | Promise
    sources: frozenset[str]
    target: str
    permission: str = WORK
    icon: str = "arrow_forward"
    style: str = ""
    explanation: str | Promise = ""
    reasons: type[TextChoices] | None = None
    refuses: bool = False
    page: str = ""
    by_verb: bool = False
    verified: frozenset[str] = frozenset()
    check: Check | None = None

    @property
    def generic(self) -> bool:
        """Whether the case's page takes the step by itself."""
        return not (self.page or self.by_verb)

    def against(self, row: Any) -> str | Promise | None:
        """What stands against it for the kind's row as it is now; None where nothing does. Of a case that names nobody
        nothing can be disclosed or destroyed.
        """
        if row.subject_id is not None and row.verified_at is None and row.topic in self.verified:
            return NOT_VERIFIED
        return self.check(row) if self.check else None


@dataclass(frozen=True)
class Workflow:
    """What a kind of case is. `kind` is its code, `prefix` begins its references, `model` is its subclass of Case.

    `initial`, `final` and `waiting` are states: a case closes in final ones, and its clock stands in waiting ones.
    `deadline` is the code of the rule by which it is due, for all of it or by topic. `opens` is the permission with
    which staff open one. `topics` are what a case of the kind may be about. `panel` is a template for its page.
    `duplicate` names the step that closes a case because another asks the same. `alike` gives for the kind's row what,
    beside its person, makes another case of the kind the same person's; None where nothing does.
    `answers` are the final states in which the person got an answer, by which we are measured (all of them where none
    is named). `language_of` gives the language in which whoever asks is answered, of the kind's row.
    """

    kind: str
    prefix: str
    title: str | Promise
    model: type[Any]
    states: type[TextChoices]
    initial: str
    final: frozenset[str]
    transitions: tuple[Transition, ...]
    deadline: str | Mapping[str, str]
    opens: str
    waiting: frozenset[str] = frozenset()
    topics: type[TextChoices] | None = None
    intake: str = ""
    panel: str = ""
    duplicate: str = ""
    alike: Callable[[Any], Q | None] | None = None
    answers: frozenset[str] = frozenset()
    language_of: Callable[[Any], str] | None = None

    def transition(self, name: str) -> Transition:
        """The step of this name. Raises LookupError."""
        for transition in self.transitions:
            if transition.name == name:
                return transition
        raise LookupError(f"{self.kind} has no step {name}.")

    def leaving(self, state: str) -> list[Transition]:
        """The steps that leave a state, in the order of the table."""
        return [transition for transition in self.transitions if state in transition.sources]

    def asks_verified(self, topic: str) -> bool:
        """Whether something of this topic waits for who asks to be verified."""
        return any(topic in transition.verified for transition in self.transitions)

    @property
    def refused(self) -> frozenset[str]:
        """The states in which what was asked is refused."""
        return frozenset(step.target for step in self.transitions if step.refuses)

    def rule_for(self, topic: str) -> str:
        """The code of the deadline rule for a topic."""
        return self.deadline if isinstance(self.deadline, str) else self.deadline[topic]


@dataclass
class Kinds:
    """The kinds of this installation, in the order in which they registered."""

    workflows: dict[str, Workflow] = field(default_factory=dict)

    def register(self, workflow: Workflow) -> None:
        """Add a kind. Raises ValueError for a table that contradicts itself, or whose kind or prefix is taken."""
        taken = any(workflow.prefix == other.prefix for other in self.workflows.values())
        if taken or workflow.kind in self.workflows:
            raise ValueError(f"{workflow.kind} or {workflow.prefix} is taken.")
        known = set(workflow.states.values)
        named = {workflow.initial, *workflow.final, *workflow.waiting}
        for transition in workflow.transitions:
            named |= {transition.target, *transition.sources}
        if not named <= known or workflow.final & workflow.waiting:
            raise ValueError(f"{workflow.kind} names states that it doesn't have: {sorted(named - known)}.")
        ways = {step.refuses for step in workflow.transitions if step.target in workflow.refused}
        if not workflow.refused <= workflow.final or ways - {True} or not workflow.answers <= workflow.final:
            raise ValueError(f"{workflow.kind} is refused or answered where it doesn't end.")
        self.workflows[workflow.kind] = workflow

    def __getitem__(self, kind: str) -> Workflow:
        return self.workflows[kind]

    def __iter__(self) -> Iterator[Workflow]:
        return iter(self.workflows.values())

    def titles(self) -> list[tuple[str, str | Promise]]:
        """Codes and titles of the kinds."""
        return [(workflow.kind, workflow.title) for workflow in self]


kinds = Kinds()


def state_title(code: str) -> str:
    """The title of `kind.state` in the reader's language; the code when no kind has it any more."""
    kind, _dot, state = code.partition(".")
    workflow = kinds.workflows.get(kind)
    return str(dict(workflow.states.choices).get(state, state)) if workflow else code


def step_title(code: str) -> str:
    """The title of `kind.step` in the reader's language; the code when no kind has it any more."""
    kind, _dot, name = code.partition(".")
    workflow = kinds.workflows.get(kind)
    found = [step.title for step in workflow.transitions if step.name == name] if workflow else []
    return str(found[0]) if found else code


def topic_title(code: str) -> str:
    """The title of `kind.topic` in the reader's language; the kind's where it has no topics."""
    kind, _dot, topic = code.partition(".")
    workflow = kinds.workflows.get(kind)
    if workflow is None:
        return code
    return str(dict(workflow.topics.choices).get(topic, topic) if workflow.topics and topic else workflow.title)


def reason_title(code: str) -> str:
    """The title of `kind.step.reason` in the reader's language."""
    kind, _dot, rest = code.partition(".")
    name, _dot, reason = rest.partition(".")
    workflow = kinds.workflows.get(kind)
    for step in workflow.transitions if workflow else ():
        if step.name == name and step.reasons:
            return str(dict(step.reasons.choices).get(reason, reason))
    return reason or code
