"""What made-up people asked for lately, and how far the desk has come with it."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.accounts.choices import Role
from apps.accounts.models import User
from apps.cases.choices import CameBy, Direction, LinkKind, Occasion, PaperKind, Priority
from apps.cases.composing import language_of
from apps.cases.justifications import RefusalReason
from apps.cases.models import Case, ReplyTemplate
from apps.cases.services.assign import assign, prioritise
from apps.cases.services.attach import attach
from apps.cases.services.confirm import confirm_by_papers, confirm_by_token
from apps.cases.services.extend import extend
from apps.cases.services.link import link_cases
from apps.cases.services.move import move
from apps.cases.services.refuse import Grounds, refuse
from apps.cases.services.tally import MONTHS, tally
from apps.cases.services.write import NewMessage, add_message, add_note
from apps.core import clock
from apps.core.choices import IdentifierKind
from apps.policies.choices import LawStatus
from apps.portal.demo.people import Person
from apps.portal.demo.rights import do_what_is_asked
from apps.support.choices import Speaker, Topic
from apps.support.models import SupportRequest
from apps.support.services.access.handover import hand_over_paper
from apps.support.services.access.prepare import collect, prepare, tell_nothing
from apps.support.services.access.release import put_together, release
from apps.support.services.take_in import NewRequest, take_in

CODE = "Digital Code of the Kyrgyz Republic (No. 178 of 31.07.2025)"
_PHONE, _EMAIL, _LETTER, _VISIT = CameBy.PHONE, CameBy.EMAIL, CameBy.LETTER, CameBy.VISIT
_FORM = CameBy.FORM


@dataclass(frozen=True)
class Asked:
    """A request: so many days ago, what for, in which words, and what became of it since."""

    days: float
    topic: Topic
    text: str
    came_by: CameBy = _PHONE
    then: str = ""
    speaker: Speaker = Speaker.SELF
    speaker_name: str = ""

    @property
    def verified(self) -> bool:
        """Whether the desk knows that it is them: before it answers, and of about half of what it works on."""
        return self.then in ("answered", "in-work", "extended", "today")


REQUESTS = (
    Asked(33, Topic.ACCESS, "Мен жөнүндө кандай маалымат сактап жатасыздар? Баарын көргүм келет.", then="answered"),
    Asked(29, Topic.RECTIFICATION, "В приложении неверная фамилия, я вышла замуж.", _EMAIL, then="answered"),
    Asked(27, Topic.COMPLAINT, "Упайларым эсептелбей калды, үч жолу чалдым.", then="answered"),
    Asked(24, Topic.ERASURE, "Удалите все мои данные, приложением больше не пользуюсь.", _EMAIL, then="withdrawn"),
    Asked(21, Topic.QUESTION, "Менин номерим силерге кайдан келди?", then="answered"),
    Asked(20, Topic.OBJECTION, "Я против того, чтобы по моим покупкам подбирали рекламу.", _LETTER, then="refused"),
    Asked(17, Topic.ACCESS, "Прошу выслать копию всех данных обо мне.", _LETTER, then="overdue"),
    Asked(15, Topic.ACCESS, "Апамдын атынан сурап жатам, ал өзү чала албайт.", _VISIT, "waiting",
          Speaker.REPRESENTATIVE, "Асанбеков Нурлан"),
    Asked(13, Topic.PORTABILITY, "Упайларымдын тарыхын файл кылып бериңиздерчи.", _EMAIL, then="extended"),
    Asked(11, Topic.RESTRICTION, "Пока спорим о баллах, не используйте мои данные.", then="in-work"),
    Asked(9.1, Topic.ACCESS, "Силерде менин дарегим барбы?", then="today"),
    Asked(8, Topic.RECTIFICATION, "Туулган күнүм туура эмес жазылыптыр.", then="in-work"),
    Asked(7, Topic.ACCESS, "Кызым тууралуу эмне билесиздер? Ал он төрттө.", _VISIT, "waiting",
          Speaker.PARENT, "Турдубаева Асель"),
    Asked(6, Topic.COMPLAINT, "Ваш оператор положил трубку.", then="in-work"),
    Asked(5, Topic.ERASURE, "Телефонумду алмаштырдым, эскисин өчүрүп салгыла.", then="in-work"),
    Asked(4, Topic.ERASURE, "Я уже просила удалить, прошла неделя.", _EMAIL, then="twin"),
    Asked(3, Topic.QUESTION, "Какие партнёры видят мой номер?", _FORM),
    Asked(2.2, Topic.UNSUBSCRIBE, "Жарнама келбесинчи."),
    Asked(2, Topic.OBJECTION, "Мага сунуштарды сатып алууларым боюнча жөнөтпөгүлө.", _EMAIL),
    Asked(1.1, Topic.UNSUBSCRIBE, "Хватит рекламы."),
    Asked(1, Topic.ACCESS, "Хочу знать, что у вас обо мне есть."),
    Asked(0.3, Topic.COMPLAINT, "Колдонмо эки күндөн бери ачылбай жатат.", _FORM),
    Asked(0.05, Topic.RECTIFICATION, "Электронный адрес у меня другой.", _EMAIL),
)  # fmt: skip
_ANSWERS = {
    "ky": "Саламатсызбы! Кайрылууңуз каралды, жообубуз ушул каттын тиркемесинде. Суроолоруңуз болсо, бизге чалыңыз.",
    "ru": "Здравствуйте! Ваше обращение рассмотрено, ответ приложен. Если останутся вопросы, позвоните нам.",
}

_NOTHING = {
    "ky": "Саламатсызбы! Бул номер боюнча биз сактаган эч нерсе жок.",
    "ru": "Здравствуйте! По этому номеру у нас ничего нет.",
}


EARLIER = 70  # of the eleven months before
_GROUNDS = (RefusalReason.CONTRACT, RefusalReason.IDENTITY, RefusalReason.IMPOSSIBLE)
# What needs no copy and no proof of identity, so that history is told quickly.
_USUAL = (Topic.OBJECTION, Topic.COMPLAINT, Topic.COMPLAINT, Topic.QUESTION, Topic.QUESTION)


def ask_earlier(staff: dict[Role, User], cast: list[Person], told_at: datetime) -> None:
    """Requests of the months before, all of them closed: most in time, some late, some refused."""
    dice = random.Random(EARLIER)  # noqa: S311
    for number in range(EARLIER):
        moment = told_at - timedelta(days=45 + number * 4.1)
        person, topic = cast[number % len(cast)], dice.choice(_USUAL)
        words = "Жооп күтөм." if person.language == "ky" else "Жду ответа."
        with clock.standing_at(moment):
            asked = Asked(0, topic, words, dice.choice((_PHONE, _EMAIL)))
            case = Case.objects.get(pk=take_in(actor=staff[Role.AGENT], new=_new(asked, person)).pk)
            assign(case, actor=staff[Role.LEAD], assignee=staff[Role.OFFICER], seen=None)
            move(case, "start", actor=staff[Role.OFFICER], seen=None)
        with clock.standing_at(moment + timedelta(days=min(dice.lognormvariate(1.3, 0.7), 40))):
            if number % 9 == 4:
                _refused(case, staff[Role.OFFICER], dice.choice(_GROUNDS))
            else:
                _said(case, staff[Role.OFFICER], person, _ANSWERS[person.language])
                move(case, "answer", actor=staff[Role.OFFICER], seen=None)


def ask(staff: dict[Role, User], cast: list[Person], told_at: datetime) -> None:
    """Take the requests in and work on them, each with the desk's clock put back to its day."""
    made: list[Case] = []
    for asked, person in zip(REQUESTS, cast, strict=False):
        moment = told_at - timedelta(days=asked.days)
        who = cast[len(made) - 1] if asked.then == "twin" else person
        with clock.standing_at(moment):
            taker = None if asked.came_by == _FORM else staff[Role.AGENT]
            case = Case.objects.get(pk=take_in(actor=taker, new=_new(asked, who)).pk)
        made.append(case)
        for hours, act in _work(asked, case, person, staff, made):
            with clock.standing_at(min(moment + timedelta(hours=hours), told_at)):
                case = act(case)
    tally(MONTHS)


def _new(asked: Asked, person: Person) -> NewRequest:
    return NewRequest(
        topic=asked.topic, came_by=asked.came_by, text=asked.text, speaker=asked.speaker,
        speaker_name=asked.speaker_name, contact_kind=IdentifierKind.PHONE, contact=person.e164,
        language=person.language,
    )  # fmt: skip


Act = Callable[[Case], Case]


def _work(
    asked: Asked, case: Case, person: Person, staff: dict[Role, User], made: list[Case]
) -> Iterator[tuple[float, Act]]:
    """(hours after the receipt, what somebody did then)."""
    officer, lead = staff[Role.OFFICER], staff[Role.LEAD]
    if not asked.then:
        return
    mine = lead if made.index(case) % 3 == 0 else officer
    yield 3, lambda row: assign(row, actor=lead, assignee=mine, seen=None)
    yield 5, lambda row: move(row, "start", actor=mine, seen=None)
    if asked.verified:
        yield 5.5, lambda row: _verified(row, mine, person)
    if asked.then == "waiting":
        yield 6, lambda row: _said(row, mine, person, "Алгач ким экениңизди тастыктап бериңиз.")
        yield 6.1, lambda row: move(row, "wait", actor=mine, seen=None, reason="papers")
        yield 7, lambda row: _noted(row, mine, "Ишеним катты сурадым, эртең алып келет.")
    elif asked.then == "extended":
        text = "Тарых көп жылдык, даярдоого дагы он жумуш күнү керек."
        told = NewMessage(direction=Direction.OUT, came_by=CameBy.PHONE, text=text)
        yield 30, lambda row: _extended(row, mine, told)
    elif asked.then == "today":
        yield 50, lambda row: _copied(row, mine)
    elif asked.then == "twin":
        yield 8, lambda row: _linked(row, mine, made[-2])
    elif asked.then == "overdue":
        yield 40, lambda row: prioritise(row, actor=lead, priority=Priority.HIGH, seen=None)
        yield 41, lambda row: _noted(row, mine, "Партнёр ещё не прислал свою часть данных, напомнила дважды.")
    elif asked.then == "in-work" and asked.topic == Topic.RESTRICTION:
        yield 30, lambda row: do_what_is_asked(row, mine)
    yield from _closing(asked.then, mine, person)


def _closing(then: str, actor: User, person: Person) -> Iterator[tuple[float, Act]]:
    if then == "answered":
        yield 60, lambda row: _said(row, actor, person, _ANSWERS[person.language])
        yield 60.1, lambda row: _handed(row, actor)
        yield 60.2, lambda row: _attached(row, actor)
        yield 60.4, lambda row: do_what_is_asked(row, actor)
        yield 61, lambda row: move(row, "answer", actor=actor, seen=None)
    elif then == "refused":
        yield 61, lambda row: _refused(row, actor)
    elif then == "withdrawn":
        yield 20, lambda row: move(row, "withdraw", actor=actor, seen=None)


def _verified(case: Case, actor: User, person: Person) -> Case:
    """By the token where the person is known, else by the papers that they brought."""
    if case.subject_id is None or not confirm_by_token(case, actor=actor, token=person.token):
        confirm_by_papers(case, actor=actor, papers=PaperKind.PASSPORT)
    return Case.objects.get(pk=case.pk)


def _said(case: Case, actor: User, person: Person, text: str) -> Case:
    add_message(case, actor=actor, message=NewMessage(direction=Direction.OUT, came_by=CameBy.PHONE, text=text))
    return case


def _noted(case: Case, actor: User, text: str) -> Case:
    add_note(case, actor=actor, text=text)
    return case


def _attached(case: Case, actor: User) -> Case:
    attach(case, actor=actor, name="жооп.txt", data=f"{case.reference}\n".encode())
    return case


def _handed(case: Case, actor: User) -> Case:
    """Where a copy was asked for, it was handed over on paper."""
    request = SupportRequest.objects.get(pk=case.pk)
    if not request.asks_for_copy:
        return case
    if request.subject_id is None:
        tell_nothing(request, actor=actor, came_by=CameBy.PHONE, text=_NOTHING[request.language])
        return case
    _copied(case, actor)
    package = request.packages.get()
    release(package=package, actor=actor, looked=True)
    put_together(package_id=package.pk)
    hand_over_paper(package=package, actor=actor, to="Өзү алды, паспортун көрсөттү")
    return case


def _copied(case: Case, actor: User) -> Case:
    """The person came with their passport, and the copy waits to be looked through; of strangers there is none."""
    if case.subject_id is None:
        return case
    Case.objects.filter(pk=case.pk).update(verified_at=clock.now())
    collect(package_id=prepare(SupportRequest.objects.get(pk=case.pk), actor=actor).pk)
    return case


def _extended(case: Case, actor: User, notice: NewMessage) -> Case:
    extend(case, actor=actor, days=10, notice=notice, seen=None)
    return Case.objects.get(pk=case.pk)


def _refused(case: Case, actor: User, reason: RefusalReason = RefusalReason.CONTRACT) -> Case:
    """By the template's letter, on paper."""
    language = language_of(case)
    template = ReplyTemplate.objects.usual(case, Occasion.REFUSAL, language)
    assert template is not None
    letter = NewMessage(
        direction=Direction.OUT, came_by=CameBy.LETTER, heading=template.heading, text=template.text
    )  # fmt: skip
    grounds = Grounds(reason=reason, legal_ref=f"{CODE}, Art. 84", status=LawStatus.ASSUMED)
    refuse(case, actor=actor, grounds=grounds, letter=letter, seen=None)
    return case


def _linked(case: Case, actor: User, other: Case) -> Case:
    link_cases(case, actor=actor, other=other, kind=LinkKind.DUPLICATE)
    return case
