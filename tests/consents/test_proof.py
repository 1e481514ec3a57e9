"""A proof is a consent record of TS 27560 that we know again; records of others are read, whole or not."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.audit.models import Entry
from apps.consents.choices import State
from apps.consents.models import ConsentEvent
from apps.consents.reading import shown_record
from apps.consents.services.correct import correct
from apps.consents.services.fields_27560 import missing_fields
from apps.consents.services.proof import Verdict, digest_of, make_proof, verify_text
from apps.consents.services.reading_27560 import Unreadable, read_document
from apps.consents.services.record_consent import record_consent
from apps.consents.services.terms_27560 import MANDATORY
from apps.core import clock, erasers
from apps.subjects.services.merge import merge
from apps.subjects.services.reveal import reveal
from tests.consents.test_person_pages import SPRING, edition  # noqa: F401 (a fixture)
from tests.factories import IdentifierFactory

RECORDS = Path(__file__).parent / "records"
JUNE = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def told(officer, person, edition):  # noqa: F811
    """Somebody who agreed in spring, having read the edition in Kyrgyz, and withdrew in July."""
    about = {"actor": officer, "subject": person, "purpose": "advertising", "channel": "sms"}
    seen = {"edition": edition, "language": "ky", "wording": "Макулмун"}
    record_consent(**about, **seen, state="given", medium="letter", occurred_at=SPRING + timedelta(days=3))
    record_consent(**about, state="withdrawn", medium="phone", occurred_at=JUNE + timedelta(days=40))
    return person


def prove(officer, person, **more):
    asked = {"purpose": "advertising", "channel": "sms", "at": JUNE}
    return make_proof(actor=officer, subject=person, **asked | more)


def verdict(made):
    return verify_text(json.dumps(made, ensure_ascii=False)).verdict


def test_a_proof_tells_that_they_had_agreed_in_june_and_what_they_had_read(officer, told):
    made = prove(officer, told)
    (act,) = made["dpv:hasConsentStatus"]
    assert act["@type"] == ["dpv:ConsentGiven", "dpv:ExpressedConsent"]
    assert act["dpv:isIndicatedAtTime"] == (SPRING + timedelta(days=3)).isoformat()
    assert act["dpv:hasDuration"]["@type"] == "dpv:EndlessDuration"
    assert made["amanat:stateAsOf"][0]["dpv:hasConsentStatus"] == "dpv:ConsentGiven"
    notices = made["dpv:hasNotice"]
    assert {notice["dct:language"] for notice in notices} == {"ky"}
    assert "http://localhost:8000/policy/app/3/" in {notice["@id"] for notice in notices}
    assert "Макулмун" in {notice.get("dct:description") for notice in notices}
    later = prove(officer, told, at=JUNE + timedelta(days=50))
    assert later["amanat:stateAsOf"][0]["dpv:hasConsentStatus"] == "dpv:ConsentWithdrawn"
    assert len(later["dpv:hasConsentStatus"]) == 2


@pytest.mark.parametrize("more", [{}, {"channel": ""}, {"purpose": "geolocation", "channel": ""}, {"at": SPRING}])
def test_it_has_every_field_that_the_standard_marks_as_mandatory(officer, told, more):
    made = prove(officer, told, **more)
    assert missing_fields(made) == []


def test_each_mandatory_field_is_missed_when_it_is_not_there(officer, told):
    """Proof that the check can fail."""
    made = prove(officer, told)
    parts = {
        "dct:conformsTo": "schema version", "dct:identifier": "record id", "dpv:hasDataSubject": "pii principal id",
        "dpv:hasNotice": "language", "dpv:hasDataController": "pii controllers",
        "dpv:hasJurisdiction": "jurisdiction", "dpv:hasConsentControl": "withdrawal method",
        "dpv:hasEntity": "party name", "dpv:hasConsentStatus": "event state", "dpv:hasProcess": "purpose",
    }  # fmt: skip
    for part, name in parts.items():
        assert name in missing_fields({key: value for key, value in made.items() if key != part}), part
    for part, name in {
        "dpv:isIndicatedAtTime": "event time", "dpv:hasDuration": "validity duration", "dpv:isIndicatedBy": "entity id",
    }.items():  # fmt: skip
        acts = [{key: value for key, value in act.items() if key != part} for act in made["dpv:hasConsentStatus"]]
        assert missing_fields({**made, "dpv:hasConsentStatus": acts}) == [name]
    assert set(missing_fields({"@type": "dpv:ConsentRecord"})) == set(MANDATORY)


def test_the_person_is_named_by_reference_and_masked(officer, told):
    text = json.dumps(prove(officer, told), ensure_ascii=False)
    assert told.reference in text
    identifier = told.identifiers.get()
    assert identifier.masked in text
    assert identifier.value not in text


def test_every_making_is_an_audit_entry_and_needs_the_right(officer, agent, told):
    for _ in range(2):
        prove(officer, told)
    entries = Entry.objects.filter(action="consents.prove")
    assert entries.count() == 2
    facts = {"purpose": "advertising", "channel": "sms", "as_of": JUNE.isoformat()}
    assert (entries[0].facts, entries[0].target_id) == (facts, told.pk)
    with pytest.raises(PermissionDenied):
        prove(agent, told)


def test_what_we_made_is_ours_and_what_the_ledger_says(officer, told):
    made = prove(officer, told)
    assert verdict(made) == Verdict.HOLDS
    assert len(digest_of(made)) == 64
    again = verify_text(json.dumps(made, indent=4))  # however it was laid out since
    assert again.verdict == Verdict.HOLDS


def test_what_was_changed_is_found_out(officer, told):
    made = prove(officer, told)
    changed = json.loads(json.dumps(made))
    changed["dpv:hasConsentStatus"][0]["dpv:isIndicatedAtTime"] = JUNE.isoformat()
    assert verdict(changed) == Verdict.ALTERED
    assert verdict({**made, "dct:created": "2026-01-01T00:00:00+00:00"}) == Verdict.ALTERED
    assert verdict({key: value for key, value in made.items() if key != "amanat:seal"}) == Verdict.ALTERED
    assert verdict({**made, "extra": 1}) == Verdict.ALTERED
    assert verdict({**made, "amanat:seal": {"amanat:digest": "0" * 64}}) == Verdict.ALTERED
    assert verify_text(json.dumps(made)[:-1] + ",}").verdict == Verdict.ALTERED


def test_what_came_to_be_known_since_is_told(officer, told):
    made = prove(officer, told)
    ConsentEvent.objects.create(
        subject=told, purpose="advertising", state="refused", medium="file", occurred_at=JUNE - timedelta(days=1)
    )  # fmt: skip
    found = verify_text(json.dumps(made))
    assert found.verdict == Verdict.OVERTAKEN
    assert [act["@type"][0] for act in found.differing] == ["dpv:ConsentRefused"]


def test_a_correction_overtakes_it_and_another_purpose_does_not(officer, told):
    made = prove(officer, told)
    record_consent(actor=officer, subject=told, purpose="geolocation", state="given", medium="phone")
    assert verdict(made) == Verdict.HOLDS
    event = ConsentEvent.objects.get(purpose="advertising", state=State.GIVEN)
    correct(actor=officer, event=event, medium="phone", reason="another person")
    assert verdict(made) == Verdict.OVERTAKEN


def test_it_is_known_again_after_a_merge_and_after_an_erasure(officer, told):
    made = prove(officer, told)
    survivor = IdentifierFactory().subject
    merge(actor=officer, survivor=survivor, absorbed=told, reason="same-person")
    assert verdict(made) == Verdict.HOLDS
    for eraser in erasers.registry:
        eraser.erase(survivor.pk)
    assert verdict(made) == Verdict.GONE


@pytest.mark.parametrize(
    ("name", "exact", "states", "lacking"),
    [
        ("required", False, ["Given", "Withdrawn by the person"], {"party name", "validity duration"}),
        ("optional", True, ["Given"], set()),
    ],
)
def test_records_of_others_are_read(name, exact, states, lacking):
    found = verify_text((RECORDS / f"{name}.jsonld").read_text())
    assert (found.verdict, found.document.exact) == (Verdict.FOREIGN, exact)
    (record,) = found.document.records
    shown = shown_record(record)
    assert [act.state for act in shown.acts] == states
    missing = set(missing_fields(record))
    assert lacking <= missing
    assert missing <= lacking | {"party id", "party address", "party contact", "party type"}


def test_what_a_careless_record_means_is_not_lost():
    """Keys that come twice, brackets and commas that are not there: as in the examples that the guide prints."""
    (record,) = read_document((RECORDS / "required.jsonld").read_text()).records
    assert [process["dpv:hasPurpose"] for process in record["dpv:hasProcess"]] == [
        "dpv:DeliveryOfGoods", "dpv:DirectMarketing"
    ]  # fmt: skip
    until = record["dpv:hasProcess"][1]["dpv:hasStorageCondition"][1]["dpv:hasDuration"]
    assert until == {"@type": "dpv:UntilEventDuration", "rdf:value": "Membership ends"}
    assert record["dpv:hasNotice"]["dct:language"] == "RU"
    assert record["dpv:hasRight"][0]["dct:title"] == "Taking it back"


def test_a_receipt_shows_its_records():
    document = read_document((RECORDS / "receipt.jsonld").read_text())
    first, second = (shown_record(record) for record in document.records)
    assert [act.state for act in first.acts] == ["Given"]
    assert [act.state for act in second.acts] == ["Refused"]
    assert ("purpose", "dpv:Marketing") in first.processes[0]


@pytest.mark.parametrize(
    "text", ["", "no", "[]", "{}", '{"@type": "dpv:Process"}', "[" * 100_000, '{"a":' * 100_000, "null", '{"@type": ']
)
def test_what_is_no_record_is_told(text):
    with pytest.raises(Unreadable):
        read_document(text)


@given(st.text(alphabet='{}[]",:a1 \n@typedv-ConsentRecord', max_size=200))
def test_any_text_is_read_or_refused(text):
    try:
        document = read_document(text)
    except Unreadable:
        return
    for record in document.records:
        shown_record(record)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from([
    "dpv:hasConsentStatus", "dpv:hasProcess", "dpv:hasNotice", "dpv:hasEntity", "dpv:hasDataSubject", "dct:identifier",
    "dpv:hasPersonalData", "dpv:hasStorageCondition", "amanat:seal", "amanat:asOf",
]), JSON))  # fmt: skip
def test_any_record_is_shown(parts):
    text = json.dumps({"@type": "dpv:ConsentRecord", **parts})
    found = verify_text(text)
    assert found.verdict in (Verdict.FOREIGN, Verdict.ALTERED)
    for record in found.document.records:
        assert shown_record(record).missing


def test_the_command_says_it(officer, told, tmp_path):
    file = tmp_path / "proof.jsonld"
    made = prove(officer, told)
    file.write_text(json.dumps(made))
    out = StringIO()
    call_command("verify_proof", str(file), stdout=out)
    assert "holds: Ours, unchanged" in out.getvalue()
    file.write_text(json.dumps({**made, "dct:created": "then"}))
    out = StringIO()
    with pytest.raises(CommandError, match="something was changed"):
        call_command("verify_proof", str(file), "--json", stdout=out)
    assert json.loads(out.getvalue())["verdict"] == "altered"
    for wrong in ("[]", None):
        file.write_text(wrong) if wrong else file.unlink()
        with pytest.raises(CommandError):
            call_command("verify_proof", str(file))


def test_the_page_makes_a_proof_by_post_alone(desk, officer, told):
    place = reverse("admin:consents_proof", args=[told.pk, "advertising"])
    asked = desk.get(place, {"at": "2026-06-01T10:00"}).content.decode()
    assert 'value="2026-06-01T10:00"' in asked
    assert not Entry.objects.filter(action="consents.prove").exists()
    shown = desk.post(place, {"channel": "sms", "at": "2026-06-01T10:00"}).content.decode()
    assert Entry.objects.filter(action="consents.prove").count() == 1
    assert "data:application/ld+json;base64," in shown
    value = told.identifiers.get().value
    assert value not in shown
    reveal(actor=officer, subject=told, reason="call", note="the regulator asks")
    assert value in desk.post(place, {"channel": "sms", "at": "2026-06-01T10:00"}).content.decode()
    assert "lies in the future" in desk.post(place, {"channel": "", "at": "2090-01-01T10:00"}).content.decode()


def test_the_page_checks_what_is_pasted_or_uploaded(desk, officer, told):
    place, made = reverse("admin:consents_verify"), json.dumps(prove(officer, told))
    assert "Ours, unchanged" in desk.post(place, {"text": made}).content.decode()
    upload = SimpleUploadedFile("proof.jsonld", made.encode())
    assert "Ours, unchanged" in desk.post(place, {"file": upload}).content.decode()
    theirs = SimpleUploadedFile("theirs.jsonld", (RECORDS / "required.jsonld").read_bytes())
    shown = desk.post(place, {"file": theirs}).content.decode()
    for words in (
        "Not ours",
        "no proper JSON",
        "dpv:DeliveryOfGoods",
        "Withdrawn by the person",
        "name of the operator",
    ):
        assert words in shown
    assert desk.post(place, {"text": "<script>alert(1)</script>"}).status_code == 400
    assert desk.post(place, {}).status_code == 400
    evil = json.dumps({"@type": "dpv:ConsentRecord", "dpv:hasDataController": "<script>alert(1)</script>"})
    assert "<script>alert(1)" not in desk.post(place, {"text": evil}).content.decode()


def test_of_who_said_nothing_the_proof_says_so(officer, person):
    made = prove(officer, person, at=clock.now())
    assert made["dpv:hasConsentStatus"][0]["@type"][0] == "dpv:ConsentUnknown"
    assert verdict(made) == Verdict.HOLDS
