"""Activity goes to people who are known: whose row it is, what counts of repeats, what a later file changes."""

from datetime import timedelta

import pytest
from django.db import connection

from apps.audit.models import Entry
from apps.consents.choices import State
from apps.consents.models import ConsentEvent
from apps.consents.services.record_consent import record_consent
from apps.core import clock
from apps.imports.choices import Kind, Status
from apps.imports.models import Batch, StagedRow
from apps.imports.services import judging
from apps.imports.services.deciding import confirm
from apps.imports.services.merging import merge_batch
from apps.subjects.models import Identifier, PersonalRecord, Subject
from apps.subjects.services import bulk_activity
from apps.subjects.services.merge import merge
from apps.subjects.services.restrict import restrict
from tests.factories import IdentifierFactory, PartnerFactory, SubjectFactory
from tests.imports.conftest import FILES
from tests.imports.test_decide import taken_in

pytestmark = pytest.mark.usefixtures("partner", "alatoo")

HEAD = "token,card,phone,email,kind,date,receipt,amount,points,coordinates\n"
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
        result = import_file(write(HEAD + "\n".join(rows) + "\n"), partner, "activity")
        return {key: value for key, value in result.items() if value and key not in {"rows", "exit"}}

    return take


def purchase(who: str = f",,{PHONE},", receipt: str = "A-1", amount: int = 100, day: int = 10) -> str:
    return f"{who},purchase,2026-10-{day} 10:00,{receipt},{amount},,"


def location(day: int, who: str = f",,{PHONE},") -> str:
    return f'{who},geo,2026-10-{day} 10:00,,,,"42.87{day},74.5698"'


def _reasons() -> list[str]:
    return sorted(StagedRow.objects.values_list("reason", flat=True))


def said(subject: Subject, state: str, day: int) -> None:
    at = clock.now().replace(year=2026, month=10, day=day, hour=0, minute=0)
    ConsentEvent.objects.create(subject=subject, purpose="geolocation", state=state, medium="app", occurred_at=at)


@pytest.mark.parametrize(
    "who", [f"{TOKEN},,,", ",C-1001,,", f",,{PHONE},", ",,,family@example.kg", f"{TOKEN},C-1001,{PHONE},new@example.kg"]
)
def test_every_identifier_leads_to_the_person_and_none_is_added(take, person, partner, who):
    held = Identifier.objects.count()
    assert take(purchase(who)) == {"new": 1}
    record = PersonalRecord.objects.get()
    assert (record.subject, record.partner, record.category_id, record.source) == (
        person, partner, "purchases", "partner"
    )  # fmt: skip
    assert record.payload["amount"] == "100"
    assert record.observed_at.isoformat() == "2026-10-10T04:00:00+00:00"
    assert Identifier.objects.count() == held


@pytest.mark.parametrize(
    "who",
    [",,0555999999,", ",C-9999,,", "b" * 32 + ",,,", ",,,stranger@example.kg", ",,0555999999,stranger@example.kg"],
)
def test_nobody_is_made_of_activity(take, person, who):
    assert take(purchase(who)) == {"refused": 1}
    assert _reasons() == ["nobody-known"]
    assert Subject.objects.count() == 1


def test_the_card_of_another_partner_is_another_card(take, person):
    assert take(purchase(",C-1001,,"), partner="alatoo-coffee") == {"refused": 1}


def test_identifiers_of_two_people_are_a_conflict(take, person):
    IdentifierFactory(value="+996555123402")
    assert take(purchase(f"{TOKEN},,0555123402,")) == {"conflict": 1}
    assert _reasons() == ["two-people"]


def test_a_number_under_another_token_or_an_address_with_another_number_is_a_conflict(take, person):
    assert take(purchase("b" * 32 + f",,{PHONE},")) == {"conflict": 1}
    assert _reasons() == ["other-token"]
    assert take(purchase(",,0555999999,family@example.kg")) == {"conflict": 1}
    assert _reasons() == ["other-phone", "other-token"]
    assert not PersonalRecord.objects.exists()


def test_an_address_of_somebody_else_does_not_change_whose_row_it_is(take, person):
    other = IdentifierFactory(kind="email", value="other@example.kg").subject
    assert take(purchase(f",,{PHONE},other@example.kg")) == {"new": 1, "warnings": 1}
    assert person.records.count() == 1
    assert not other.records.exists()


def test_rows_of_blocked_people_are_passed_over(take, person, officer):
    restrict(actor=officer, subject=person, reason="request")
    assert take(purchase()) == {"skipped": 1}
    assert not PersonalRecord.objects.exists()


def test_the_same_file_again_changes_nothing_and_a_corrected_row_its_record(take, person):
    rows = [purchase(), purchase(receipt="A-2"), f",,{PHONE},,,2026-10-11 10:00,,,5,"]
    assert take(*rows) == {"new": 3}
    before = list(PersonalRecord.objects.order_by("pk").values())
    receipt = next(row["id"] for row in before if row["payload"].get("reference") == "A-1")
    assert take(*rows) == {"unchanged": 3}
    assert list(PersonalRecord.objects.order_by("pk").values()) == before
    assert take(purchase(amount=90, day=12), *rows[1:]) == {"updated": 1, "unchanged": 2}
    corrected = PersonalRecord.objects.get(pk=receipt)
    assert corrected.payload["amount"] == "90"
    assert corrected.observed_at.day == 12
    assert PersonalRecord.objects.count() == 3


def test_of_repeats_in_a_file_the_last_counts_also_under_another_identifier(take, person):
    rows = (purchase(amount=1), purchase(amount=2), purchase(f"{TOKEN},,,", amount=3), purchase(receipt="A-2"))
    assert take(*rows) == {"new": 2, "duplicate": 2}
    assert sorted(r.payload["amount"] for r in PersonalRecord.objects.all()) == ["100", "3"]
    assert take(*rows) == {"unchanged": 2, "duplicate": 2}


def test_the_same_receipt_of_two_people_or_partners_is_two_events(take, person):
    IdentifierFactory(value="+996555123402")
    assert take(purchase(), purchase(",,0555123402,")) == {"new": 2}
    assert take(purchase(), partner="alatoo-coffee") == {"new": 1}


def _confirmed(partner, *rows: str) -> Batch:
    return confirm(actor=None, batch_id=taken_in(partner, HEAD + "\n".join(rows) + "\n", kind=Kind.ACTIVITY).pk)


def test_an_older_file_does_not_overwrite_what_a_newer_one_said(partner, person):
    older, newer = _confirmed(partner, purchase(amount=1)), _confirmed(partner, purchase(amount=2))
    assert merge_batch(batch_id=newer.pk).figures["new"] == 1
    assert merge_batch(batch_id=older.pk).figures["unchanged"] == 1
    assert PersonalRecord.objects.get().payload["amount"] == "2"


def test_a_newer_file_that_came_before_the_older_was_merged_overwrites_it(partner, person):
    older, newer = _confirmed(partner, purchase(amount=1)), _confirmed(partner, purchase(amount=2))
    assert merge_batch(batch_id=older.pk).figures["new"] == 1
    assert merge_batch(batch_id=newer.pk).figures["updated"] == 1
    assert PersonalRecord.objects.get().payload["amount"] == "2"


def test_chunks_add_up_though_people_are_in_several(partner, person, monkeypatch):
    monkeypatch.setattr(judging, "CHUNK_ROWS", 3)
    rows = [purchase(receipt=f"A-{n}") for n in range(10)] + [purchase(receipt="A-3", amount=5)]
    batch = merge_batch(batch_id=_confirmed(partner, *rows).pk)
    assert (batch.status, batch.figures["new"], batch.figures["duplicate"]) == (Status.DONE, 10, 1)
    assert PersonalRecord.objects.count() == 10
    assert Entry.objects.about(batch).filter(action="imports.merge-chunk").count() == 4
    assert not StagedRow.objects.exists()


def test_a_file_takes_the_same_statements_however_many_rows_it_has(partner, person, django_assert_max_num_queries):
    few = _confirmed(partner, *[purchase(receipt=f"A-{n}") for n in range(2)])
    many = _confirmed(partner, *[purchase(receipt=f"B-{n}") for n in range(300)])
    with django_assert_max_num_queries(80) as queries:
        merge_batch(batch_id=few.pk)
    with django_assert_max_num_queries(len(queries)):
        merge_batch(batch_id=many.pk)
    assert PersonalRecord.objects.count() == 302


def test_locations_come_in_only_for_the_time_that_a_permission_carries(take, person):
    said(person, State.GIVEN, 10)
    assert take(location(5), location(15)) == {"new": 1, "refused": 1}
    assert _reasons() == ["no-permission"]
    record = PersonalRecord.objects.get()
    assert (record.category_id, record.payload["latitude"]) == ("geolocation", "42.8715")
    assert record.observed_at.day == 15


def test_without_any_permission_everything_but_the_location_comes_in(take, person):
    assert take(location(15), purchase()) == {"new": 1, "refused": 1}
    assert PersonalRecord.objects.get().category_id == "purchases"


def test_what_a_withdrawal_destroyed_no_file_brings_back(take, person, agent):
    said(person, State.GIVEN, 10)
    assert take(location(15)) == {"new": 1}
    record_consent(actor=agent, subject=person, purpose="geolocation", state="withdrawn", medium="phone")
    assert not PersonalRecord.objects.exists()
    assert take(location(15)) == {"refused": 1}
    record_consent(actor=agent, subject=person, purpose="geolocation", state="given", medium="phone")
    assert take(location(15)) == {"refused": 1}
    assert not PersonalRecord.objects.exists()


def test_a_permission_of_somebody_else_carries_nothing(take, person):
    said(IdentifierFactory(value="+996555123402").subject, State.GIVEN, 10)
    assert take(location(15)) == {"refused": 1}


def test_who_takes_the_permission_back_between_reading_and_merging_has_nothing_come_in(partner, person, agent):
    said(person, State.GIVEN, 10)
    batch = _confirmed(partner, location(15))
    record_consent(actor=agent, subject=person, purpose="geolocation", state="withdrawn", medium="phone")
    assert merge_batch(batch_id=batch.pk).figures["refused"] == 1
    assert not PersonalRecord.objects.exists()
    assert StagedRow.objects.get().payload is None


def test_who_takes_it_back_while_the_chunk_is_judged_has_it_judged_again(partner, person, agent, monkeypatch):
    said(person, State.GIVEN, 10)
    batch, original, raced = _confirmed(partner, location(15)), bulk_activity._run, []

    def race(intake, statement):
        if statement == bulk_activity._HOLD and not raced:
            raced.append(True)
            said(person, State.WITHDRAWN, 20)
        return original(intake, statement)

    monkeypatch.setattr(bulk_activity, "_run", race)
    merge_batch(batch_id=batch.pk)
    # What raced was rolled back with the attempt, so that the second one may well take the row; the first may not.
    assert raced
    assert ConsentEvent.objects.filter(state="withdrawn").exists() != PersonalRecord.objects.exists()


def test_people_who_are_merged_keep_one_record_of_one_receipt(take, person, officer):
    other = IdentifierFactory(value="+996555123402").subject
    take(purchase(), purchase(",,0555123402,"), purchase(",,0555123402,", receipt="A-2"))
    merge(actor=officer, survivor=person, absorbed=other, reason="same-person")
    assert person.records.filter(superseded_at=None).count() == 2
    assert take(purchase(), purchase(receipt="A-2")) == {"unchanged": 2}


def test_device_identifiers_beside_activity_refuse_the_file(import_file, write, person):
    for content in (
        f"phone,date,receipt,amount,imei\n{PHONE},2026-10-10,A-1,5,x\n",
        f"phone,date,receipt,amount,note\n{PHONE},2026-10-10,A-1,5,00:1A:2B:3C:4D:5E\n",
        f"phone,date,receipt,amount\n{PHONE},2026-10-10,6D92078A-8246-4BA4-AE5B-76104861E7DC,5\n",
    ):
        result = import_file(write(content), kind="activity")
        assert (result["exit"], result["refused_file"]["code"]) == (2, "device-ids")
    assert not PersonalRecord.objects.exists()


def test_a_file_without_a_date_waits_for_it_or_is_refused(import_file, write, person):
    path = write(f"phone,receipt,amount,чагылган\n{PHONE},A-1,5,2026-10-10\n")
    refused = import_file(path, kind="activity")
    assert refused["refused_file"]["code"] == "columns-missing"
    assert "date and time" in refused["refused_file"]["message"]
    assert import_file(path, kind="activity", map=["чагылган=occurred_at"])["new"] == 1
    assert import_file(path, kind="activity")["unchanged"] == 1, "the answer is kept for the partner's next file"


def test_a_mapping_that_takes_the_date_away_is_refused(import_file, write, person):
    result = import_file(write(f"phone,date,amount\n{PHONE},2026-10-10,5\n"), kind="activity", map=["date=description"])
    assert result["exit"] == 2
    assert "date and time" in result["stderr"]


def test_nothing_of_a_location_is_left_in_rows_that_stay(take, person, partner):
    assert take(location(15)) == {"refused": 1}
    row = StagedRow.objects.get()
    assert row.payload is None
    assert row.raw[2] == PHONE
    assert row.raw[-1] == ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM imports_stagedrow WHERE record_key IS NOT NULL")
        assert cursor.fetchone()[0] == 0


def test_the_sample_gives_what_its_rows_say(import_file, partner):
    PartnerFactory(code="tulpar", name="Tulpar")
    import_file(FILES / "tulpar-members.csv", "tulpar")
    begimai = Subject.objects.sought("0700 111 201").get()
    neighbour = Subject.objects.sought("0700 111 207").get()
    said(neighbour, State.GIVEN, 1)
    result = import_file(FILES / "tulpar-activity.csv", "tulpar", "activity")
    counted = {key: value for key, value in result.items() if value}
    assert counted == {
        "rows": 15, "new": 7, "duplicate": 1, "refused": 6, "conflict": 1, "warnings": 4
    }  # fmt: skip
    kept = StagedRow.objects.filter(batch__kind=Kind.ACTIVITY).values_list("reason", flat=True)
    assert sorted(kept) == sorted(
        [
            "",
            "no-coordinates",
            "nobody-known",
            "two-people",
            "kind-unknown",
            "no-moment",
            "future-moment",
            "no-identifier",
        ]
    )
    purchases = {r.payload["reference"] + r.payload.get("item", ""): r.payload for r in begimai.records.filter(
        category="purchases").exclude(key=b"")}  # fmt: skip
    assert purchases.keys() == {"А-1001", "А-1002Нан", "А-1002Сут", "А-1010"}
    assert purchases["А-1001"]["points"] == "125"
    assert purchases["А-1001"]["amount"] == "1250.50"
    assert neighbour.records.filter(category="geolocation").get().payload["latitude"] == "42.8746"
    again = import_file(FILES / "tulpar-activity.csv", "tulpar", "activity")
    assert (again["new"], again["unchanged"]) == (0, 7)


def test_an_event_of_yesterday_at_midnight_is_no_matter_of_zones(take, person):
    yesterday = clock.today() - timedelta(days=1)
    assert take(f",,{PHONE},,,{yesterday.isoformat()},,,5,") == {"new": 1}
    assert PersonalRecord.objects.get().payload["occurred_at"] == f"{yesterday.isoformat()}T00:00:00+06:00"
