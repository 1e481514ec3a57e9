"""The sample files beside the project give what their description says, in its order."""

import pytest

from apps.optouts.models import Suppression
from apps.subjects.models import Subject

pytestmark = pytest.mark.usefixtures("partner", "alatoo")

EXPECTED = [
    ("bereke-members.csv", "bereke", "members",
     {"rows": 14, "new": 9, "duplicate": 1, "refused": 2, "quarantined": 2, "warnings": 3}),
    ("alatoo-coffee-members.csv", "alatoo-coffee", "members", {"rows": 5, "updated": 2, "new": 3}),
    ("alatoo-coffee-optouts.csv", "alatoo-coffee", "optouts", {"rows": 6, "new": 4, "duplicate": 1, "refused": 1}),
    ("mailchimp-unsubscribed.csv", "bereke", "optouts", {"rows": 2, "new": 2}),
    ("mailchimp-subscribed.csv", "bereke", "optouts", "not-optouts"),
    ("sendgrid-bounces.csv", "bereke", "optouts", {"rows": 2, "new": 1, "skipped": 1}),
    ("rapporto-blacklist.csv", "bereke", "optouts", {"rows": 2, "new": 2}),
    ("ses-suppression.csv", "bereke", "optouts", {"rows": 2, "new": 2}),
    ("refuse-device-ids.csv", "bereke", "members", "device-ids"),
    ("refuse-device-ids-hidden.csv", "bereke", "members", "device-ids"),
    ("refuse-no-identifier.csv", "bereke", "members", "no-identifier-column"),
    ("refuse-broken.csv", "bereke", "members", "unclosed-quote"),
    ("refuse-not-text.csv", "bereke", "members", "not-text"),
    ("refuse-device-ids.csv", "bereke", "optouts", "device-ids"),
    ("refuse-device-ids-hidden.csv", "bereke", "optouts", "device-ids"),
    ("refuse-no-identifier.csv", "bereke", "optouts", "no-identifier-column"),
    ("refuse-broken.csv", "bereke", "optouts", "unclosed-quote"),
    ("refuse-not-text.csv", "bereke", "optouts", "not-text"),
]  # fmt: skip
KEYS = ("rows", "new", "updated", "unchanged", "duplicate", "refused", "quarantined", "conflict", "skipped", "warnings")


def test_every_sample_gives_what_its_description_says(sample, import_file):
    for name, partner, kind, expected in EXPECTED:
        result = import_file(sample(name), partner, kind)
        if isinstance(expected, str):
            assert (result["exit"], result["refused_file"]["code"]) == (2, expected), name
        else:
            assert {key: result[key] for key in KEYS} == dict.fromkeys(KEYS, 0) | expected, name
    assert Subject.objects.count() == 12
    facts = Suppression.objects.values_list("channel", "purpose", "reason")
    assert sorted(facts) == sorted([
        ("sms", "advertising", "refusal"), ("all", "advertising", "refusal"), ("push", "advertising", "refusal"),
        ("sms", "advertising", "refusal"),
        ("email", "advertising", "refusal"), ("email", "advertising", "complaint"),
        ("email", "all", "bounce"),
        ("sms", "advertising", "refusal"), ("sms", "advertising", "refusal"),
        ("email", "advertising", "complaint"), ("email", "all", "bounce"),
    ])  # fmt: skip


def test_what_refuses_a_sample_is_named(sample, import_file):
    assert import_file(sample("refuse-broken.csv"))["refused_file"]["params"] == {"line": 2}
    devices = import_file(sample("refuse-device-ids.csv"))["refused_file"]
    assert devices["params"] == {"columns": ["IMEI", "MAC", "ad_id"]}
    assert "IMEI, MAC, ad_id" in devices["message"]
    assert import_file(sample("refuse-device-ids-hidden.csv"))["refused_file"]["params"] == {"columns": ["ref"]}
