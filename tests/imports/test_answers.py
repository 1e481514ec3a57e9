"""Columns of a members file that say who agrees: answers become events, and nothing that is known is told twice."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.consents.models import ConsentEvent, ConsentState
from apps.consents.services.record_consent import record_consent, withdraw
from apps.core import clock
from apps.imports.choices import Kind
from apps.imports.models import Batch
from apps.imports.services import judging
from apps.imports.services.deciding import confirm
from apps.imports.services.merging import merge_batch
from apps.optouts.models import Suppression
from apps.subjects.models import PersonalRecord, Subject
from tests.imports.test_decide import taken_in

pytestmark = pytest.mark.usefixtures("partner", "alatoo")

HEAD = "phone;ФИО;Согласие на рассылку;Дата согласия\n"
ADA = "0555123401;Ада"


@pytest.fixture
def take(import_file, write):
    """Import rows of HEAD; gives the figures that are not zero."""

    def take(*rows: str, head: str = HEAD) -> dict:
        result = import_file(write(head + "\n".join(rows) + "\n"))
        return {key: value for key, value in result.items() if value and key not in {"rows", "exit", "notes"}}

    return take


def said() -> list[tuple]:
    return list(ConsentEvent.objects.order_by("purpose", "channel", "occurred_at").values_list(
        "purpose", "channel", "state"
    ))  # fmt: skip


def test_the_answers_of_the_sample_are_in_the_ledger(sample, import_file):
    import_file(sample("bereke-members.csv"))
    batch = Batch.objects.get()
    events = ConsentEvent.objects.order_by("row")
    assert {(e.purpose, e.channel, e.medium, e.partner.code, e.batch) for e in events} == {
        ("advertising", "", "file", "bereke", batch.pk)
    }  # fmt: skip
    given = [e.row for e in events if e.state == "given"]
    refused = [e.row for e in events if e.state == "refused"]
    assert given == [2, 5, 10, 12, 13]
    assert refused == [3, 6, 11], "row 11 overrules row 1, rows 9 and 14 are children's"
    assert events.get(row=2).occurred_at.isoformat() == "2026-06-03T03:00:00+00:00"
    assert events.get(row=3).occurred_at == batch.created_at, "a refusal without a date counts from the file"
    assert ConsentState.objects.filter(state="given").count() == 5
    assert not Suppression.objects.exists(), "who never agreed has not opted out of anything"
    assert not any("marketing_consent" in r.payload for r in PersonalRecord.objects.filter(category="identity"))

    ledger = said()
    again = import_file(sample("bereke-members.csv"))
    assert (again["new"], again["updated"], again["unchanged"]) == (0, 0, 9)
    assert said() == ledger


def test_an_answer_that_changes_updates_the_row_and_an_empty_one_says_nothing(take):
    assert take(f"{ADA};да;01.06.2026") == {"new": 1}
    assert take(f"{ADA};;") == {"unchanged": 1}
    assert take(f"{ADA};нет;02.06.2026") == {"updated": 1}
    assert said() == [("advertising", "", "given"), ("advertising", "", "refused")]
    assert ConsentState.objects.get().state == "refused"


def test_a_yes_without_a_date_is_no_consent_and_is_told(import_file, write):
    result = import_file(write(HEAD + f"{ADA};да;\n0555123402;Бек;нет;\n0555123403;Вера;да;01.06.2026\n"))
    assert (result["new"], result["warnings"]) == (3, 0)
    assert [note["code"] for note in result["notes"]] == ["consents-undated"]
    assert result["notes"][0]["message"].startswith("Rows that say yes without saying when: 1.")
    assert said() == [("advertising", "", "given"), ("advertising", "", "refused")]


def test_a_refusal_without_a_date_is_told_once_until_the_partner_says_another_thing(take, agent):
    rows = f"{ADA};нет;"
    assert take(rows) == {"new": 1}
    person = Subject.objects.get()
    assert take(rows) == {"unchanged": 1}
    record_consent(actor=agent, subject=person, purpose="advertising", state="given", medium="phone")
    assert take(rows) == {"unchanged": 1}, "the partner has said so before; the person has spoken since"
    assert ConsentEvent.objects.in_force(person, "advertising")
    assert ConsentEvent.objects.count() == 2


def test_dates_that_cannot_be_are_warnings_and_no_consents(take):
    tomorrow = clock.today() + timedelta(days=2)
    rows = [f"{ADA};да;{tomorrow}", f"0555123402;Бек;нет;{tomorrow}", "0555123403;Вера;да;вчера", "0555123404;Г;мм;"]
    assert take(*rows) == {"new": 4, "warnings": 4}
    assert said() == [("advertising", "", "refused")]
    assert set(Batch.objects.get().reasons) == {
        "warning:consent_at:future", "warning:consent_at:malformed", "warning:marketing_consent:malformed"
    }  # fmt: skip


def test_each_purpose_and_channel_has_a_column_and_may_have_its_own_date(take):
    head = (
        "phone;Согласие на смс;Согласие на геолокацию;Дата согласия на геолокацию;Согласие на новости;Дата согласия\n"
    )
    assert take("0555123401;да;ооба;2026-05-01;нет;2026-06-01", head=head) == {"new": 1}
    events = {(e.purpose, e.channel): (e.state, e.occurred_at.month) for e in ConsentEvent.objects.all()}
    assert events == {
        ("advertising", "sms"): ("given", 5), ("geolocation", ""): ("given", 4),
        ("advertising-news", ""): ("refused", 5),
    }  # fmt: skip


def test_a_column_of_any_title_is_mapped_to_a_purpose(import_file, write):
    path = write("phone;Можно передавать;когда\n0555123401;да;2026-06-01\n")
    mapped = ["Можно передавать=transfer_consent", "когда=transfer_consent_at"]
    assert import_file(path, map=mapped)["new"] == 1
    assert said() == [("transfer", "", "given")]
    assert import_file(path)["unchanged"] == 1, "the answer is kept for the partner's next file"


def test_a_later_withdrawal_is_not_undone_by_an_old_file(take, agent):
    take("0555123401;Ада;;")
    person = Subject.objects.get()
    withdraw(actor=agent, subject=person, purpose="advertising", medium="phone")
    assert take(f"{ADA};да;01.06.2026") == {"updated": 1}
    assert ConsentState.objects.get(channel="").state == "withdrawn"


def test_the_order_of_two_files_does_not_matter(take):
    for phone, files in (("0555123401", ("да;01.06.2026", "нет;01.07.2026")),
                         ("0555123402", ("нет;01.07.2026", "да;01.06.2026"))):  # fmt: skip
        for answer in files:
            take(f"{phone};Ада;{answer}")
    assert ConsentEvent.objects.count() == 4
    assert set(ConsentState.objects.values_list("state", "since")) == {
        ("refused", ConsentEvent.objects.filter(state="refused")[0].occurred_at)
    }  # fmt: skip


def test_a_no_stops_messages_only_where_it_takes_something_back_in_whatever_order_it_comes(take):
    taken_back = ("да;01.06.2026", "нет;01.07.2026")
    for phone, answers in (("0555123401", taken_back), ("0555123402", taken_back[::-1]), ("0555123403", ("нет;",))):
        for answer in answers:
            take(f"{phone};Ада;{answer}")
    told = [
        bytes(Subject.objects.sought(phone).get().identifiers.get().digest) for phone in ("0555123401", "0555123402")
    ]
    assert sorted(bytes(digest) for digest in Suppression.objects.values_list("digest", flat=True)) == sorted(told)
    assert set(Suppression.objects.values_list("channel", "purpose")) == {("all", "advertising")}


def _confirmed(partner, content: str) -> Batch:
    return confirm(actor=None, batch_id=taken_in(partner, content, kind=Kind.MEMBERS).pk)


def test_a_file_takes_the_same_statements_however_many_rows_it_has(partner, django_assert_max_num_queries):
    def rows(first: int, count: int) -> str:
        answers = ("да;01.06.2026", "нет;02.06.2026", ";")
        return HEAD + "".join(f"05551{n:05d};Ада;{answers[n % 3]}\n" for n in range(first, first + count))

    few, many = _confirmed(partner, rows(0, 3)), _confirmed(partner, rows(100, 300))
    with django_assert_max_num_queries(90) as queries:
        merge_batch(batch_id=few.pk)
    with django_assert_max_num_queries(len(queries)):
        merge_batch(batch_id=many.pk)
    assert ConsentEvent.objects.count() == 202


def test_a_file_without_answers_asks_nothing_of_the_ledger(partner, monkeypatch):
    monkeypatch.setattr(judging, "CHUNK_ROWS", 2)
    plain = _confirmed(partner, "phone;ФИО\n0555123401;Ада\n0555123402;Бек\n0555123403;Вера\n")
    with CaptureQueriesContext(connection) as queries:
        merge_batch(batch_id=plain.pk)
    assert Subject.objects.count() == 3
    assert any("judged_rows" in query["sql"] for query in queries)
    assert not [query for query in queries if "consents" in query["sql"]]
