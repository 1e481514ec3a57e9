"""The demo's history: six weeks at the desk, told through the desk's own services with its clock put back.

Told in chapters, each recorded when it is done, so that a demo that was interrupted goes on where it stopped and one
that is complete is left alone.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from apps.accounts.choices import Role
from apps.accounts.models import User
from apps.audit.models import Entry
from apps.audit.services import record
from apps.consents.choices import Medium as Spoken
from apps.consents.choices import State
from apps.consents.services.record_consent import record_consent
from apps.core import clock, identifiers
from apps.core.choices import Channel, IdentifierKind
from apps.imports.choices import Kind, Status
from apps.imports.models import Batch
from apps.imports.services.deciding import confirm
from apps.imports.services.merging import merge_batch
from apps.imports.services.reading import read_batch
from apps.imports.services.receiving import Intake, receive
from apps.optouts.choices import ApiScope, Medium
from apps.optouts.services.tokens import make_token
from apps.partners.models import Partner
from apps.partners.services import add_partner
from apps.policies.registry import GEOLOCATION
from apps.portal.actions import SAMPLE_LOADED
from apps.portal.demo import campaigns, editions, files, reconsent, register
from apps.portal.demo.letters import take_mail
from apps.portal.demo.optouts import opt_out
from apps.portal.demo.partners import PARTNERS, Habit
from apps.portal.demo.people import Person, people
from apps.portal.demo.replies import replies, settle_older
from apps.portal.demo.requests import ask, ask_earlier
from apps.subjects.choices import ReleaseReason, RestrictionReason, RevealReason
from apps.subjects.models import Identifier, Subject
from apps.subjects.services.release import release
from apps.subjects.services.restrict import restrict
from apps.subjects.services.reveal import reveal

PEOPLE = 420
OPTOUTS = 190
MEDIA = {Medium.LINK: 45, Medium.ONE_CLICK: 25, Medium.PHONE: 24, Medium.LETTER: 6}


@dataclass
class Story:
    """Who acts, when it is told, and about whom."""

    staff: dict[Role, User]
    told_at: datetime = field(default_factory=clock.now)
    cast: list[Person] = field(default_factory=lambda: people(PEOPLE))

    @contextmanager
    def back(self, days: float) -> Iterator[datetime]:
        """The desk's clock, so many days ago."""
        moment = self.told_at - timedelta(days=days)
        with clock.standing_at(moment):
            yield moment

    def located(self) -> list[Person]:
        """Who is asked whether they permit exact geolocation."""
        return self.members_of(PARTNERS[1])[:8]

    def members_of(self, habit: Habit) -> list[Person]:
        """Who collects points at a partner: some at several of them."""
        dice = random.Random(habit.code)  # noqa: S311
        return [person for person in self.cast if dice.random() < 0.3]


def tell(story: Story, say: Callable[[str], None]) -> None:
    """Every chapter that was not told yet, oldest first."""
    told = set(Entry.objects.filter(action=SAMPLE_LOADED.code).values_list("facts__chapter", flat=True))
    for name, chapter in CHAPTERS.items():
        if name not in told:
            say(f"  {name}")
            chapter(story)
            with transaction.atomic():
                record(None, SAMPLE_LOADED, Subject, chapter=name)


@transaction.atomic
def _policy(story: Story) -> None:
    """The first edition is old; the second fell into these weeks, and widened what people had agreed to."""
    with story.back(900):
        editions.add_policy(story.staff)
        editions.first_edition(story.staff)
    with story.back(16):
        editions.wider_edition(story.staff)
    with story.back(2):
        editions.draft_edition(story.staff)


def _partners(story: Story) -> None:
    known = set(Partner.objects.values_list("code", flat=True))
    for day, habit in enumerate(PARTNERS):
        if habit.code not in known:
            with story.back(44 - day / 2):
                partner = Partner(code=habit.code, name=habit.name, language=habit.language)
                add_partner(actor=story.staff[Role.PARTNER_MANAGER], partner=partner)


def _members(story: Story) -> None:
    for week, habit in enumerate(PARTNERS):
        with story.back(38 - 5 * week):
            data = files.members(habit, story.members_of(habit), clock.today(), mess=0.02 + 0.01 * week)
            _import(story, habit, Kind.MEMBERS, data)


def _partner_optouts(story: Story) -> None:
    habit = PARTNERS[1]
    with story.back(9) as moment:
        _import(story, habit, Kind.OPTOUTS, files.optouts(habit, story.cast[30:52], moment - timedelta(days=12)))


@transaction.atomic
def _permissions(story: Story) -> None:
    """Who permits exact geolocation by phone; one of them takes it back, before any location came in."""
    asked = Subject.objects.filter(restricted_at=None).with_digests(_tokens(story.located()))
    for subject in asked.order_by("pk"):
        with story.back(6):
            _say(story, subject, State.GIVEN)
    with story.back(2):
        _say(story, asked.order_by("pk")[0], State.WITHDRAWN)


@transaction.atomic
def _consents(story: Story) -> None:
    """Who agreed to advertising in a letter, for a year or without end; one takes it back on the phone since."""
    agreed = Subject.objects.filter(restricted_at=None).with_digests(_tokens(story.cast[60:66])).order_by("pk")
    reconsent.agree_by_letter(story.staff[Role.AGENT], list(agreed), story.back)


@transaction.atomic
def _reconsent(story: Story) -> None:
    """Who agreed before the second edition, and how they answer since they are asked again."""
    people = Subject.objects.filter(restricted_at=None).with_digests(_tokens(story.cast[200:330])).order_by("pk")
    agent, officer = story.staff[Role.AGENT], story.staff[Role.OFFICER]
    reconsent.agree_and_answer(agent, officer, list(people), story.told_at)


def _consent_file(story: Story) -> None:
    """What a pharmacy's counters took down."""
    habit = PARTNERS[2]
    with story.back(1.4) as moment:
        _import(story, habit, Kind.CONSENTS, files.consents(habit, story.members_of(habit)[:80], moment))


def _tokens(cast: list[Person]) -> list[bytes]:
    return [identifiers.digest(IdentifierKind.TOKEN, person.token) for person in cast]


def _say(story: Story, subject: Subject, state: State) -> None:
    agent = story.staff[Role.AGENT]
    record_consent(actor=agent, subject=subject, purpose=GEOLOCATION, state=state, medium=Spoken.PHONE)


def _activity(story: Story) -> None:
    """What the members of two partners bought, the points of it, and where those were who permit it."""
    for days, habit in ((1.6, PARTNERS[0]), (0.8, PARTNERS[1])):
        with story.back(days) as moment:
            located = story.located() if habit == PARTNERS[1] else ()
            people_there = story.members_of(habit)[:60]
            _import(story, habit, Kind.ACTIVITY, files.activity(habit, people_there, moment, located=located))


def _conflicts(story: Story) -> None:
    """A file with rows that wait for an officer."""
    habit = PARTNERS[1]
    blocked = Identifier.objects.filter(subject__restricted_at__isnull=False).values_list("digest", flat=True)
    kept_out = {bytes(digest) for digest in blocked}
    free = [p for p in story.members_of(habit) if identifiers.digest(IdentifierKind.PHONE, p.e164) not in kept_out]
    with story.back(0.4):
        others = people(PEOPLE + 60)[PEOPLE + 50 :]
        _import(story, habit, Kind.MEMBERS, files.contradicting(habit, free, others, clock.today()))


def _campaign_lists(story: Story) -> None:
    """Scrubbed before the refusals that come after them were made."""
    officer, manager = story.staff[Role.OFFICER], story.staff[Role.PARTNER_MANAGER]
    with story.back(12):
        campaigns.scrubbed(officer, "autumn-offers", story.cast[:260], channel="email", sender=Partner.OPERATOR)
    with story.back(4):
        members = story.members_of(PARTNERS[1])
        campaigns.scrubbed(manager, "coffee-week", members, channel="sms", sender=PARTNERS[1].code)


def _campaign_sendings(story: Story) -> None:
    """One at once; one three days after its scrub, when some had refused."""
    for title, role, days in (("autumn-offers", Role.OFFICER, 11.9), ("coffee-week", Role.PARTNER_MANAGER, 1)):
        with story.back(days) as moment:
            campaigns.sent(story.staff[role], title, moment)


def _files_of_today(story: Story) -> None:
    with story.back(1.2):
        _import(story, PARTNERS[3], Kind.MEMBERS, files.with_device_ids(PARTNERS[3], story.cast[:25]))
    with story.back(0.06):
        late = [*story.cast[:60], *people(PEOPLE + 45)[PEOPLE:]]
        _receive(story, PARTNERS[2], Kind.MEMBERS, files.members(PARTNERS[2], late, clock.today(), mess=0.25))


def _import(story: Story, habit: Habit, kind: Kind, data: bytes) -> None:
    batch = _receive(story, habit, kind, data)
    if batch.status == Status.READY:
        confirm(actor=story.staff[Role.OFFICER], batch_id=batch.pk)
        merge_batch(batch_id=batch.pk)


def _receive(story: Story, habit: Habit, kind: Kind, data: bytes) -> Batch:
    intake = Intake()
    intake.write(data)
    partner = Partner.objects.get(code=habit.code)
    batch = receive(actor=story.staff[Role.PARTNER_MANAGER], partner=partner, kind=kind, stored=intake.finish())
    return read_batch(batch_id=batch.pk)


@transaction.atomic
def _optouts(story: Story) -> None:
    """Most of them lately, some of people whom no partner knows."""
    dice = random.Random(OPTOUTS)  # noqa: S311
    moments = sorted(story.told_at - timedelta(days=29 * dice.random() ** 1.4) for _ in range(OPTOUTS))
    for moment in moments:
        person = dice.choice(story.cast)
        medium = dice.choices(list(MEDIA), list(MEDIA.values()))[0]
        with clock.standing_at(moment):
            opt_out(story.staff[Role.AGENT], person, medium, dice)


@transaction.atomic
def _desk_work(story: Story) -> None:
    """Looks at values with their reasons; people whose data is blocked, one of them not any more."""
    dice = random.Random(PEOPLE)  # noqa: S311
    known = list(Subject.objects.order_by("pk")[:120])
    for days in (12, 9.3, 7.1, 5.2, 3.4, 1.1, 0.03):
        with story.back(days):
            reveal(actor=story.staff[Role.OFFICER], subject=dice.choice(known), reason=dice.choice(RevealReason.values))
    for days, reason in ((8, RestrictionReason.DISPUTED), (4, RestrictionReason.REQUEST), (2, RestrictionReason.CLAIM)):
        with story.back(days):
            restrict(actor=story.staff[Role.OFFICER], subject=known.pop(), reason=reason)
    with story.back(3):
        settled = Subject.objects.filter(restriction_reason=RestrictionReason.DISPUTED).get()
        release(actor=story.staff[Role.LEAD], subject=settled, reason=ReleaseReason.RESOLVED)


@transaction.atomic
def _register(story: Story) -> None:
    """The record of processing, begun: how erasures reach the nearest, how long contracts are kept."""
    lead = story.staff[Role.LEAD]
    with story.back(18):
        register.reach_recipients(lead)
    with story.back(15):
        register.set_periods(lead)


@transaction.atomic
def _replies(story: Story) -> None:
    """Replies by SMS that are more than a word; a mailing system that reads the suppressions."""
    settle_older(story.staff[Role.AGENT], list(replies(story.cast[60:], story.told_at)))
    with story.back(20):
        make_token(actor=story.staff[Role.LEAD], system="mailer", scope=ApiScope.FEED, channel=Channel.EMAIL)


@transaction.atomic
def _requests(story: Story) -> None:
    """What people asked for, from six weeks ago to this hour."""
    ask_earlier(story.staff, story.cast[150:], story.told_at)
    ask(story.staff, story.cast[100:], story.told_at)


CHAPTERS: dict[str, Callable[[Story], None]] = {
    "policy": _policy,
    "partners": _partners,
    "members": _members,
    "optouts-by-file": _partner_optouts,
    "campaign-lists": _campaign_lists,
    "optouts": _optouts,
    "campaign-sendings": _campaign_sendings,
    "desk-work": _desk_work,
    "permissions": _permissions,
    "consents": _consents,
    "reconsent": _reconsent,
    "activity": _activity,
    "consents-by-file": _consent_file,
    "files-of-today": _files_of_today,
    "conflicts": _conflicts,
    "replies": _replies,
    "register": _register,
    "requests": _requests,
    "mail": lambda story: take_mail(story.cast[150:], story.told_at),
}
