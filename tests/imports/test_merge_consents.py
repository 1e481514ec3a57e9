"""Consents go to people who are known: whose act it is, what is news, what is refused and why."""

from datetime import timedelta

import pytest

from apps.audit.models import Entry
from apps.consents.choices import State
from apps.consents.models import ConsentEvent, ConsentState, Wording
from apps.consents.services.correct import correct
from apps.consents.services.record_consent import record_consent, withdraw
from apps.core import clock
from apps.imports.choices import Kind, Status
from apps.imports.models import Batch, StagedRow
from apps.imports.services import judging
from apps.imports.services.deciding import confirm
from apps.imports.services.merging import merge_batch
from apps.optouts.models import Suppression
from apps.subjects.models import Identifier, Subject
from apps.subjects.services.restrict import restrict
from tests.consents.test_record_consent import located
from tests.factories import IdentifierFactory, SubjectFactory, published_edition
from tests.imports.test_decide import taken_in

pytestmark = pytest.mark.usefixtures("partner", "alatoo")

HEAD = "token,card,phone,email,purpose,channel,state,date,valid until,edition,wording,language\n"
TOKEN = "a" * 31 + "1"
PHONE = "0555123401"


@pytest.fixture
def person(partner) -> Subject:
    """Somebody who has a phone, a token, a card of Bereke's and an e-mail."""
    subject = SubjectFactory()
    IdentifierFactory(subject=subject, value="+996555123401")
    IdentifierFactory(subject=subject, kind="token", value=TOKEN)
    IdentifierFactory(subject=subject, kind="card", value="C-1001", partner=partner)
    IdentifierFactory(subject=subject, kind="email", value="family@example.kg")
    return subject


@pytest.fixture
def take(import_file, write):
    """Import rows of HEAD; gives the figures that are not zero."""

    def take(*rows: str, partner: str = "bereke") -> dict:
        result = import_file(write(HEAD + "\n".join(rows) + "\n"), partner, "consents")
        return {key: value for key, value in result.items() if value and key not in {"rows", "exit"}}

    return take


def act(
    state: str = "given", day: int = 10, *, who: str = f",,{PHONE},", purpose: str = "advertising",
    channel: str = "sms", rest: str = ",,,",
) -> str:  # fmt: skip
    return f"{who},{purpose},{channel},{state},2026-10-{day:02d} 10:00,{rest}"


def _reasons() -> list[str]:
    return sorted(StagedRow.objects.values_list("reason", flat=True))


def _confirmed(partner, *rows: str) -> Batch:
    return confirm(actor=None, batch_id=taken_in(partner, HEAD + "\n".join(rows) + "\n", kind=Kind.CONSENTS).pk)


def _ledger() -> list[tuple]:
    return sorted(ConsentEvent.objects.values_list("subject", "purpose", "channel", "state", "occurred_at", "counts"))


@pytest.mark.parametrize(
    "who", [f"{TOKEN},,,", ",C-1001,,", f",,{PHONE},", ",,,family@example.kg", f"{TOKEN},C-1001,{PHONE},new@example.kg"]
)
def test_every_identifier_leads_to_the_person_and_none_is_added(take, person, partner, who):
    held = Identifier.objects.count()
    assert take(act(who=who)) == {"new": 1}
    event = ConsentEvent.objects.get()
    kept = (event.subject, event.partner, event.purpose, event.channel, event.state, event.medium, event.row)
    assert kept == (person, partner, "advertising", "sms", "given", "file", 1)
    assert event.occurred_at.isoformat() == "2026-10-10T04:00:00+00:00"
    assert event.batch == Batch.objects.get().pk
    assert ConsentState.objects.get().state == "given"
    assert Identifier.objects.count() == held


@pytest.mark.parametrize(
    ("row", "verdict", "reason"),
    [
        (act(who=",,0555999999,"), "refused", "nobody-known"),
        (act(purpose="рассылка всего"), "refused", "purpose-unknown"),
        (act(purpose=""), "refused", "purpose-unknown"),
        (act(state="наверное"), "refused", "state-unknown"),
        (act(state=""), "skipped", "no-answer"),
        (act(channel="голубь"), "refused", "channel-unknown"),
        (f",,{PHONE},,advertising,sms,given,вчера,,,,", "refused", "no-moment"),
        (f",,{PHONE},,advertising,sms,given,,,,,", "refused", "no-moment"),
        (f",,{PHONE},,advertising,sms,given,{clock.today() + timedelta(days=2)},,,,", "refused", "future-moment"),
        (act(rest="когда-нибудь,,,"), "refused", "no-end"),
        (act(rest="2026-10-09,,,"), "refused", "ends-before"),
        (",,,,advertising,sms,given,2026-10-10,,,,", "refused", "no-identifier"),
    ],
)
def test_what_cannot_be_taken_goes_back_with_its_reason(take, person, row, verdict, reason):
    assert take(row) == {verdict: 1}
    kept = [reason] if verdict == "refused" else []
    assert _reasons() == kept
    assert f"{verdict}:{reason}" in Batch.objects.get().reasons
    assert not ConsentEvent.objects.exists()


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("да", "given"), ("Ооба", "given"), ("yes", "given"), ("1", "given"), ("+", "given"), ("согласен", "given"),
        ("Дано", "given"), ("макул", "given"), ("нет", "refused"), ("жок", "refused"), ("0", "refused"),
        ("Отказ", "refused"), ("макул эмес", "refused"), ("-", "refused"), ("withdrawn", "withdrawn"),
        ("Отозвано", "withdrawn"), ("кайтарып алды", "withdrawn"),
    ],
)  # fmt: skip
def test_states_are_said_in_three_languages(take, person, word, state):
    assert take(act(state=word)) == {"new": 1}
    assert ConsentEvent.objects.get().state == state


@pytest.mark.parametrize(
    ("word", "purpose"),
    [
        ("advertising", "advertising"), ("Реклама", "advertising"), ("жарнама", "advertising"),
        ("Partners' offers", "advertising-offers"), ("Так геолокацияны колдонуу", "geolocation"),
        ("?н?кт?шт?рд?н сунуштары", "advertising-offers"), ("GEOLOCATION", "geolocation"),
    ],
)  # fmt: skip
def test_purposes_are_named_by_code_or_title(take, person, word, purpose):
    assert take(act(purpose=word)) == {"new": 1}
    event = ConsentEvent.objects.get()
    assert event.purpose == purpose
    assert event.channel == ("" if purpose == "geolocation" else "sms"), "only advertising goes by channels"


def test_what_they_had_seen_is_kept_with_it(take, person):
    published = published_edition(clock.now() - timedelta(days=300))
    seen = act(rest="31.12.2027,1,Согласен получать рекламу,ru")
    assert take(seen, act(day=11, rest=",7,звоните 0555123401,xx")) == {"new": 2, "warnings": 3}
    first, second = ConsentEvent.objects.order_by("occurred_at")
    assert (first.edition, first.wording.text, first.language) == (published, "Согласен получать рекламу", "ru")
    assert first.expires_at.isoformat() == "2027-12-31T18:00:00+00:00", "the day that is named belongs to it"
    assert (second.edition, second.wording, second.language) == (None, None, "")
    assert set(Batch.objects.get().reasons) == {
        "warning:edition:edition-unknown", "warning:wording:somebodys", "warning:language:malformed"
    }  # fmt: skip
    assert Wording.objects.count() == 1
    assert take(act(day=12, rest=",,Согласен получать  рекламу,ru")) == {"new": 1}
    assert Wording.objects.count() == 1


def test_an_ending_by_a_channel_nobody_knows_ends_every_one(take, person):
    assert take(act("withdrawn", channel="голубь")) == {"new": 1, "warnings": 1}
    assert ConsentEvent.objects.get().channel == ""
    assert set(Suppression.objects.values_list("channel", flat=True)) == {"all"}


def test_identifiers_of_two_people_are_a_conflict(take, person):
    IdentifierFactory(value="+996555123402")
    assert take(act(who=f"{TOKEN},,0555123402,")) == {"conflict": 1}
    assert _reasons() == ["two-people"]
    assert not ConsentEvent.objects.exists()


def test_blocked_people_give_nothing_and_may_refuse(take, person, officer):
    restrict(actor=officer, subject=person, reason="request")
    assert take(act(), act("withdrawn", 11)) == {"skipped": 1, "new": 1}
    assert [event.state for event in ConsentEvent.objects.all()] == ["withdrawn"]
    assert Suppression.objects.exists()


def test_the_same_file_again_changes_nothing(take, person):
    rows = [act(), act("refused", 12), act(purpose="geolocation"), act(who=f"{TOKEN},,,"), act()]
    assert take(*rows) == {"new": 3, "duplicate": 2}
    ledger, suppressed = _ledger(), Suppression.objects.count()
    assert suppressed
    assert take(*rows) == {"unchanged": 3, "duplicate": 2}
    assert (_ledger(), Suppression.objects.count()) == (ledger, suppressed)


def test_the_order_of_two_files_does_not_matter(take, person):
    other = IdentifierFactory(value="+996555123402").subject
    older, newer = "given", "withdrawn"
    for who, files in ((PHONE, (older, newer)), ("0555123402", (newer, older))):
        for state in files:
            assert take(act(state, 10 if state == older else 20, who=f",,{who},")) == {"new": 1}
    states = ConsentState.objects.order_by("subject").values_list("subject", "state", "since")
    assert {subject for subject, _state, _since in states} == {person.pk, other.pk}
    assert len({(state, since) for _subject, state, since in states}) == 1
    assert {state for _subject, state, _since in states} == {"withdrawn"}


def test_an_old_file_does_not_undo_a_later_withdrawal(take, person, agent):
    withdraw(actor=agent, subject=person, purpose="advertising", medium="phone")
    assert take(act()) == {"new": 1}
    assert not ConsentEvent.objects.in_force(person, "advertising", channel="sms")
    assert ConsentEvent.objects.in_force(person, "advertising", clock.now().replace(month=10, day=30), "sms")


def test_what_an_officer_found_to_be_wrong_no_file_brings_back(take, person, officer):
    assert take(act()) == {"new": 1}
    correct(actor=officer, event=ConsentEvent.objects.get(), medium="phone", reason="never said so")
    assert take(act()) == {"unchanged": 1}
    assert not ConsentEvent.objects.in_force(person, "advertising", channel="sms")


def test_chunks_add_up_though_people_are_in_several(partner, person, monkeypatch):
    monkeypatch.setattr(judging, "CHUNK_ROWS", 3)
    rows = [act("withdrawn" if n % 2 else "given", n) for n in range(1, 11)]
    batch = merge_batch(batch_id=_confirmed(partner, *rows, act("withdrawn", 1), act(day=2, who=f"{TOKEN},,,")).pk)
    assert (batch.status, batch.figures["new"], batch.figures["duplicate"], batch.figures["unchanged"]) == (
        Status.DONE,
        10,
        1,
        1,
    )
    assert Entry.objects.about(batch).filter(action="imports.merge-chunk").count() == 4
    assert not StagedRow.objects.exists()
    assert ConsentEvent.objects.in_force(person, "advertising", channel="sms"), "the last of the ten gave it"


def test_a_file_takes_the_same_statements_however_many_rows_it_has(partner, django_assert_max_num_queries):
    people = [IdentifierFactory(value=f"+9965551{n:05d}").subject for n in range(120)]
    few = _confirmed(partner, *[act(who=f",,05551{n:05d},") for n in range(2)])
    many = _confirmed(partner, *[act(who=f",,05551{n:05d},", day=11) for n in range(120)])
    with django_assert_max_num_queries(80) as queries:
        merge_batch(batch_id=few.pk)
    with django_assert_max_num_queries(len(queries)):
        merge_batch(batch_id=many.pk)
    assert ConsentEvent.objects.count() == 122
    assert ConsentState.objects.filter(state="given").count() == len(people)


def test_who_is_blocked_between_reading_and_merging_gives_nothing(partner, person, officer):
    batch = _confirmed(partner, act())
    restrict(actor=officer, subject=person, reason="request")
    assert merge_batch(batch_id=batch.pk).figures["skipped"] == 1
    assert not ConsentEvent.objects.exists()


def test_a_withdrawn_permission_destroys_what_rested_on_it(take, person, agent):
    record_consent(
        actor=agent, subject=person, purpose="geolocation", state=State.GIVEN, medium="phone",
        occurred_at=clock.now() - timedelta(days=90),
    )  # fmt: skip
    located(person, clock.now() - timedelta(days=80))
    assert person.records.count() == 1
    assert take(act("withdrawn", purpose="Использование точной геолокации")) == {"new": 1}
    assert not person.records.exists()


def test_a_file_without_a_purpose_waits_for_it(import_file, write, person):
    path = write(f"phone,ответ,когда,для чего\n{PHONE},да,2026-10-10,реклама\n")
    refused = import_file(path, kind="consents")
    assert refused["refused_file"]["code"] == "columns-missing"
    assert "purpose" in refused["refused_file"]["message"]
    assert import_file(path, kind="consents", map=["для чего=purpose"])["new"] == 1
    assert import_file(path, kind="consents")["unchanged"] == 1
