"""Scrubbing a list: who stays, in which bytes, and what is said of the others."""

import csv
import io
import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection, connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.audit.models import Entry
from apps.campaigns.models import Campaign, RecipientPage
from apps.campaigns.services import reading, scrubbing
from apps.consents.choices import Medium, State
from apps.consents.models import ConsentEvent
from apps.core import clock, identifiers
from apps.core.choices import IdentifierKind
from apps.imports.models import Batch, StagedRow
from apps.optouts.services.links import unseal
from apps.optouts.services.question import is_suppressed
from apps.subjects.models import AwaitedRestriction
from tests.campaigns.conftest import refuse
from tests.factories import IdentifierFactory, PartnerFactory, SubjectFactory

pytestmark = pytest.mark.django_db

STAYS, REFUSED = "+996555000111", "+996555123401"
LIST = "id;телефон;имя\r\n1;0555 000 111;Анна\r\n2;0555 123 401;Бек\r\n3;жок;Осмон\r\n"


def test_the_kept_rows_the_others_and_the_figures(scrub):
    refuse(REFUSED)
    before = clock.now()
    result = scrub(LIST.encode())
    assert (result["kept"], result["removed"], result["invalid"], result["rows"]) == (1, 1, 1, 3)
    assert result["reasons"] == {"kept": 1, "refusal": 1, "malformed": 1}
    assert result["kept_file"].decode() == "id;телефон;имя\r\n1;0555 000 111;Анна\r\n"
    assert result["removed_file"].decode().splitlines() == [
        "id;телефон;имя;reason_code;Reason", "2;0555 123 401;Бек;refusal;The person refused",
    ]  # fmt: skip
    assert result["invalid_file"].decode().splitlines()[1:] == ["3;жок;Осмон;malformed;The address can't be right"]
    assert before.isoformat() <= result["as_of"] <= clock.now().isoformat()


def test_a_scrub_is_recorded_without_a_value(scrub):
    refuse(REFUSED)
    scrub(LIST.encode(), title="Күзгү сунуш", purpose="advertising-offers")
    campaign = Campaign.objects.get()
    assert (campaign.title, campaign.channel, campaign.purpose) == ("Күзгү сунуш", "sms", "advertising-offers")
    assert (campaign.sender, campaign.kept, campaign.size) == ("operator", 1, len(LIST.encode()))
    entry = Entry.objects.get(action="campaigns.scrub")
    assert entry.facts["kept"] == 1
    assert entry.facts["content"] == campaign.content_digest
    assert entry.facts["as_of"] == campaign.as_of.isoformat()
    assert "123401" not in str(entry.facts)
    (page,) = RecipientPage.objects.all()
    assert bytes(page.digests) == bytes(page.first) == identifiers.digest("phone", STAYS)


@pytest.mark.parametrize(
    ("scope", "asked", "stays"),
    [
        ({"channel": "push"}, {}, True),
        ({"channel": "all"}, {}, False),
        ({"purpose": "all", "reason": "bounce"}, {"purpose": "service"}, False),
        ({"purpose": "advertising"}, {"purpose": "service"}, True),
        ({"purpose": "advertising"}, {"purpose": "advertising-news"}, False),
        ({"purpose": "advertising-news"}, {"purpose": "advertising-offers"}, True),
        ({"sender": "bereke"}, {}, True),
        ({"sender": "bereke"}, {"sender": "bereke"}, False),
        ({"sender": "bereke"}, {"sender": "all"}, False),
        ({"sender": "operator"}, {}, False),
    ],
)
def test_channel_purpose_and_sender_decide(scrub, partner, scope, asked, stays):
    refuse(REFUSED, **scope)
    assert (scrub(LIST.encode(), **asked)["kept"] == 2) is stays


def person(**restriction):
    """Somebody with the number of the list's first row, and an e-mail."""
    subject = SubjectFactory(**restriction)
    IdentifierFactory(subject=subject, value=STAYS)
    IdentifierFactory(subject=subject, kind=IdentifierKind.EMAIL, value="anna@example.kg")
    return subject


def reason_of(result) -> str:
    (row,) = csv.DictReader(io.StringIO(result["removed_file"].decode()), delimiter=";")
    return row["reason_code"]


def test_what_somebody_refused_everywhere_holds_for_their_other_addresses(scrub):
    person()
    refuse("anna@example.kg", "email")  # by SMS only: says nothing about the number
    assert scrub(LIST.encode())["removed"] == 0
    refuse("anna@example.kg", "email", channel="all")
    assert reason_of(scrub(LIST.encode())) == "everything"


def test_what_else_stands_in_the_row_is_the_person_s_too(scrub):
    refuse("anna@example.kg", "email", channel="all")
    refuse("bek@example.kg", "email", channel="email")
    result = scrub(b"phone;email\n0555000111;Anna@example.kg\n0555123401;bek@example.kg\n")
    assert result["kept_file"] == b"phone;email\n0555123401;bek@example.kg\n"


def test_a_blocked_person_is_left_out_whatever_they_refused(scrub):
    refuse(STAYS)
    person(restricted_at=clock.now())
    assert reason_of(scrub(LIST.encode(), purpose="service")) == "restricted"


def test_a_blocking_that_is_awaited_freezes(scrub):
    digest = identifiers.digest("phone", STAYS)
    AwaitedRestriction.objects.create(digest=digest, entry="0" * 32, reason="request", since=clock.now())
    assert reason_of(scrub(LIST.encode())) == "frozen"


def test_a_child_s_row_in_quarantine_freezes(scrub):
    batch = Batch.objects.create(partner=PartnerFactory(), kind="members")
    row = {"batch": batch, "line": 2, "phone": identifiers.digest("phone", STAYS)}
    StagedRow.objects.create(**row, number=1, verdict="refused")
    assert scrub(LIST.encode())["removed"] == 0
    StagedRow.objects.create(**row, number=2, verdict="quarantined")
    assert reason_of(scrub(LIST.encode())) == "frozen"


def test_a_card_counts_within_its_partner(scrub, partner):
    subject = SubjectFactory(restricted_at=clock.now())
    IdentifierFactory(subject=subject, kind=IdentifierKind.CARD, value="BRK-000101", partner=partner)
    content = b"card,phone\nBRK-000101,0555000111\n"
    assert scrub(content)["kept"] == 1
    assert scrub(content, sender="bereke")["removed"] == 1


def test_repeated_addresses_stay_and_are_counted(scrub):
    result = scrub(b"phone\n0555000111\n+996 555 000 111\n0555000112\n")
    assert (result["kept"], result["repeated"]) == (3, 1)


@pytest.mark.parametrize(
    ("channel", "content", "kept"),
    [
        ("email", b"name,e-mail\nA,a@example.kg\nB,b@example\n", b"name,e-mail\nA,a@example.kg\n"),
        ("call", b"0555000111\nabc\n0555000112\n", b"0555000111\n0555000112\n"),  # no header
        (
            "sms",
            "Кому;Аты\n0555000111;А\n0555000112;Ж\n1;Б\n".encode("cp1251"),
            "Кому;Аты\n0555000111;А\n0555000112;Ж\n".encode("cp1251"),
        ),
        ("push", b"push token\tname\nabc:def\tA\n\tB\n", b"push token\tname\nabc:def\tA\n"),
        ("sms", b"\n\nphone\r\n\r\n0555000111\r\n;;\r\n", b"\n\nphone\r\n\r\n0555000111\r\n;;\r\n"),  # blank lines
        ("sms", b"phone\r0555000111\r12\r", b"phone\r0555000111\r"),
        ("sms", b"phone\n0555000111", b"phone\n0555000111"),
    ],
)
def test_lists_in_many_forms(scrub, channel, content, kept):
    assert scrub(content, channel=channel)["kept_file"] == kept


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "koi8-r", "cp1251"])
def test_every_encoding_is_given_back_in_itself(scrub, encoding):
    refuse(REFUSED)
    bom = "\ufeff" if encoding in {"utf-16-le", "utf-16-be"} else ""
    content = (bom + 'имя;телефон\r\n"Анна; ""А""\r\nКим";0555000111\r\nБек;0555123401\r\n').encode(encoding)
    result = scrub(content)
    assert result["kept_file"] == (bom + 'имя;телефон\r\n"Анна; ""А""\r\nКим";0555000111\r\n').encode(encoding)
    assert "0555123401;refusal" in result["removed_file"].decode(encoding)


def test_a_column_can_be_named_by_title_and_by_number(scrub):
    content = b"phone;\xd0\xb2\xd1\x82\xd0\xbe\xd1\x80\xd0\xbe\xd0\xb9\n0555000111;0555123401\n"
    refuse(REFUSED)
    assert scrub(content, column="Phone")["kept"] == 1
    assert scrub(content, column="второй")["removed"] == 1
    assert scrub(content, column="#2")["removed"] == 1


@pytest.mark.parametrize(
    ("content", "options", "code", "words"),
    [
        (b"", {}, "empty", "empty"),
        (b"phone\n", {}, "no-rows", "no rows below"),
        (b"name,city\nAnna,Osh\n", {}, "no-address", "name, city"),
        (b"a,b\n0555000111,0555000112\n", {}, "two-addresses", "a, b"),
        (b"phone\n0555000111\n", {"column": "mobile"}, "no-column", "mobile"),
        (b'phone,name\n0555000111,"Anna\n0555000112,B\n', {}, "unclosed-quote", "line 2"),
        (b"PK\x03\x04\0\0\0\0", {}, "not-text", "not a text file"),
        (b"phone,unsubscribe_url\n0555000111,x\n", {"links": True}, "has-links", "unsubscribe_url"),
    ],
)
def test_a_list_that_can_not_be_scrubbed_is_told_and_leaves_nothing(scrub, tmp_path, content, options, code, words):
    result = scrub(content, **options)
    assert (result["exit"], result["refused_file"]["code"]) == (2, code)
    assert words in result["stderr"]
    assert not Campaign.objects.exists()
    assert [path.name for path in tmp_path.glob("*.csv")] == ["list.csv"]
    assert list(tmp_path.glob(".*")) == []


@pytest.mark.parametrize("options", [{"channel": "all"}, {"purpose": "spam"}, {"sender": "nobody"}])
def test_a_message_that_is_none_is_told(scrub, options):
    result = scrub(LIST.encode(), **options)
    assert result["exit"] == 2
    assert "Known: " in result["stderr"]


def test_rows_that_people_open_run_no_formula_and_keep_their_numbers(scrub):
    refuse(REFUSED)
    result = scrub(b'name,phone\n=1+1,0555000111\n"=HYPERLINK(""x"")",+996555123401\n')
    assert result["kept_file"] == b"name,phone\n=1+1,0555000111\n"
    (row,) = csv.DictReader(io.StringIO(result["removed_file"].decode()))
    assert row["name"].startswith("'=HYPERLINK")
    assert row["phone"] == "+996555123401"


def test_links_are_added_to_kept_rows_only(scrub, settings):
    settings.PUBLIC_BASE_URL = "https://amanat.example"
    refuse("b@example.kg", "email", channel="email")
    content = b"email,city\r\na@example.kg\r\nb@example.kg,Osh\r\n"
    result = scrub(content, channel="email", links=True, title="Spring")
    header, row = result["kept_file"].decode().splitlines()
    assert header == "email,city,unsubscribe_url,list_unsubscribe,list_unsubscribe_post"
    address, city, url, in_header, post = row.split(",")
    assert (address, city, in_header, post) == ("a@example.kg", "", f"<{url}>", "List-Unsubscribe=One-Click")
    link = unseal(url.rpartition("/")[2])
    assert (link.digest, link.campaign, link.sender) == (identifiers.digest("email", "a@example.kg"), "Spring", "all")
    assert Entry.objects.get(action="optouts.mint").facts["links"] == 1


# Controls make a file no text; breaks of lines inside a cell do not.
CELLS = st.text(
    st.characters(codec="cp1251", exclude_categories=["Cc"]) | st.sampled_from('\n\r"""\'=+-,;\t|'), max_size=12
).map(lambda cell: cell.replace("\r", "\r\n"))  # round a lone one the csv module puts no quotes
PHONES = st.sampled_from(["0555000111", "+996 555 123 401", "0555123402", "", "12", "0700 111 222"])


@st.composite
def lists(draw):
    """A list, and the bytes that must stay: rows written in every legal way, of which some are refused or invalid."""
    delimiter, ending = draw(st.sampled_from(",;\t|")), draw(st.sampled_from(["\n", "\r\n"]))
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "cp1251", "utf-16"]))
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    whole = kept = _row(["телефон", "аталышы", "заметка"], delimiter, ending, quoting)
    for number in range(draw(st.integers(1, 8))):
        phone = draw(PHONES) if number else "0555000111"  # blank lines alone are no list
        row = _row([phone, draw(CELLS), draw(CELLS)], delimiter, ending, quoting)
        whole += row
        kept += row if phone in {"0555000111", "0700 111 222"} or not any(_cells(row, delimiter)) else ""
    return whole.encode(encoding), kept.encode(encoding)


def _row(cells, delimiter, ending, quoting):
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator=ending, quoting=quoting).writerow(cells)
    return buffer.getvalue()


def _cells(row, delimiter):
    return [cell.strip() for cell in next(csv.reader([row], delimiter=delimiter))]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=lists())
def test_kept_rows_are_the_same_bytes(scrub, made):
    for number in ("+996555123401", "+996555123402"):
        if not is_suppressed(identifiers.digest("phone", number), channel="sms", purpose="advertising"):
            refuse(number)
    content, kept = made
    result = scrub(content, column="телефон")
    assert result["exit"] == 0, result
    assert result["kept_file"] == kept


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.lists(st.tuples(CELLS, PHONES), min_size=1, max_size=30), size=st.integers(1, 200))
def test_a_list_read_in_pieces_of_any_size_is_cut_at_the_same_records(cells, size):
    from apps.campaigns.engine.records import Records

    data = "".join(_row(row, ",", "\r\n", csv.QUOTE_MINIMAL) for row in cells).encode()
    records = Records(",")
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    blocks = list(records.blocks(iter(chunks)))
    assert b"".join(blocks) == data
    assert [record for block in blocks for record in records.split(block)] == records.split(data)
    read = list(csv.reader(io.StringIO(data.decode(), newline="")))
    assert [records.cells(record, "utf-8") for record in records.split(data)] == read


def test_processes_beside_give_what_one_alone_gives(scrub, monkeypatch):
    refuse(REFUSED)
    content = LIST.encode() + b"".join(b"%d;0555%06d;\xd0\x90\r\n" % (n, n) for n in range(3000))
    alone = scrub(content)
    monkeypatch.setattr(reading, "ALONE_BYTES", 0)
    beside = scrub(content)
    assert beside["kept"] == 3001
    assert beside["kept_file"] == alone["kept_file"]
    assert beside["removed_file"] == alone["removed_file"]


@pytest.mark.parametrize("channel", ["sms", "email", "push"])
def test_the_list_is_judged_as_sending_asks(scrub, channel):
    """The same answer for every row as the question that is asked of one address."""
    people = [SubjectFactory() for _ in range(4)]
    values = [("phone", f"+99655500020{n}") for n in range(8)] + [("email", f"m{n}@example.kg") for n in range(8)]
    for number, (kind, value) in enumerate(values):
        if number % 3:
            IdentifierFactory(subject=people[number % 4], kind=kind, value=value)
    scopes = [(c, p, s) for c in ("sms", "email", "all", "push") for p in ("advertising", "all", "advertising-news")
              for s in ("all", "bereke")]  # fmt: skip
    for number, (c, p, s) in enumerate(scopes):
        kind, value = values[number * 5 % len(values)]
        refuse(value, kind, channel=c, purpose=p, sender=s, reason="refusal")
    kind = "email" if channel == "email" else "phone"
    listed = [value for known, value in values if known == kind]
    asked = {"channel": channel, "purpose": "advertising-news"}
    result = scrub(("\n".join([kind, *listed]) + "\n").encode(), **asked)
    kept = [value for value in listed if not is_suppressed(identifiers.digest(kind, value), **asked, sender="operator")]
    assert 0 < len(kept) < len(listed)
    assert result["kept_file"].decode().splitlines()[1:] == kept


@pytest.mark.django_db(transaction=True)
def test_an_opt_out_that_commits_while_a_scrub_runs_is_in_the_next_one(scrub, monkeypatch):
    judge = scrubbing.judge

    def refused_elsewhere():
        refuse(STAYS)
        connections.close_all()

    def judged_then_refused(scope):
        as_of = judge(scope)
        thread = threading.Thread(target=refused_elsewhere)
        thread.start()
        thread.join()
        return as_of

    monkeypatch.setattr(scrubbing, "judge", judged_then_refused)
    result = scrub(LIST.encode())
    assert result["kept"] == 2
    from apps.optouts.models import Suppression

    assert Suppression.objects.get().created_at.isoformat() > result["as_of"]
    monkeypatch.undo()
    again = scrub(LIST.encode())
    assert (again["kept"], again["removed"]) == (1, 1)
    assert again["as_of"] > result["as_of"]


def test_no_table_of_a_scrub_is_left_on_the_connection(scrub):
    scrub(LIST.encode())
    scrub(b'phone\n"0555')
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname LIKE 'scrub%' AND relpersistence = 't'")
        assert cursor.fetchone()[0] == 0


def test_files_are_told_when_they_can_not_be_opened(tmp_path):
    from django.core.management import CommandError

    with pytest.raises(CommandError, match="can't be opened"):
        call_command("scrub", tmp_path / "none.csv", tmp_path / "out.csv", channel="sms")


def _agreed(value: str, **said: object) -> None:
    """A known person with this phone who said something of advertising."""
    person = IdentifierFactory(value=value).subject
    word = {
        "purpose": "advertising",
        "state": State.GIVEN,
        "medium": Medium.FORM,
        "occurred_at": clock.now() - timedelta(days=9),
    }
    ConsentEvent.objects.create(subject=person, **{**word, **said})


def test_only_people_whose_consent_is_in_force_stay_when_one_is_required(scrub):
    _agreed("+996555000111")
    _agreed("+996555000112", channel="sms")
    _agreed("+996555000113", channel="email")
    _agreed("+996555000114", expires_at=clock.now())
    _agreed("+996555000115", state=State.REFUSED)
    _agreed("+996555000116")
    refuse("+996555000116")
    content = "phone\n" + "".join(f"+9965550001{last}\n" for last in range(11, 18))
    assert scrub(content.encode())["reasons"] == {"kept": 6, "refusal": 1}
    result = scrub(content.encode(), require_consent="advertising")
    assert result["reasons"] == {"kept": 2, "refusal": 1, "no_consent": 4}
    assert result["kept_file"].decode() == "phone\n+996555000111\n+996555000112\n"
    campaign = Campaign.objects.latest("pk")
    assert campaign.require_consent == "advertising"
    assert Entry.objects.filter(action="campaigns.scrub").latest("pk").facts["require_consent"] == "advertising"


@pytest.mark.parametrize(
    "options", [{"require_consent": "contracts"}, {"require_consent": "advertising", "hashed": True}]
)
def test_a_consent_can_be_required_where_people_are_asked_for_one(scrub, options):
    assert scrub(LIST.encode(), **options)["exit"] == 2
