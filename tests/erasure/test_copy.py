"""The copy that a person is given can't drift from what an erasure finds: they are the same rows."""

from collections import Counter
from uuid import uuid4

import pytest

from apps.campaigns.models import Campaign, LateAddress, RecipientPage, Send
from apps.cases.models import Verification
from apps.cases.services.attach import attach
from apps.cases.services.write import NewMessage, add_message, add_note
from apps.core import clock, erasers
from apps.core.erasers import Eraser
from apps.core.keyring import keyring
from apps.imports.models import Batch, BeforeImage, MergedChunk, StagedRow, TouchedPerson
from apps.optouts.models import Resubscription, SaltedDigest
from apps.optouts.services.salted import system_owner
from apps.subjects.models import AwaitedRestriction
from apps.support.models import AccessLink, AccessPackage, MailRun, Rectification, SupportRequest, TakenMail
from tests.erasure.test_erasers import EMAIL, holdings, person  # noqa: F401
from tests.factories import RequestFactory
from tests.support.copies import prepared, staged

# What no eraser counts: it says once more what the suppressions say, and nobody looks for it by digest.
NOT_COUNTED = {"optouts.SuppressionChange"}
WRONG, RIGHT = "Айгул", "Айгүл"
REPLACED, WAITING, NOTED = "раньше жила в Оше", "из файла, который ждёт", "спросить у сестры"


@pytest.fixture
def whole(person, officer, partner):  # noqa: F811
    """Somebody about whom there is a row of everything that can hold something."""
    phone = person.identifiers.get(kind="phone")
    digest = bytes(phone.digest)
    asked = RequestFactory(subject=person, contact_kind="phone", contact=phone.value, contact_digest=digest)
    add_message(asked, actor=officer, message=NewMessage(direction="in", came_by="phone", text="What do you have?"))
    add_note(asked, actor=officer, text=NOTED)
    attach(asked, actor=officer, name="card.txt", data=b"hello")
    Verification.objects.create(case_id=asked.pk, method="papers", papers="passport")
    a_copy_of_before(asked, person, officer)
    files_of(person, partner, phone)
    made = [{"field": "first_name", "origin": "", "before": WRONG, "after": RIGHT}]
    Rectification.objects.create(request=asked, made_by=officer, fields=["first_name"], changes=made)
    run = MailRun.objects.create(source="file")
    TakenMail.objects.create(run=run, digest=digest, outcome="aside", reason="refused", sender_digest=digest)
    campaign = Campaign.objects.create(
        title="Spring", channel="sms", purpose="advertising", sender="operator", remembers=True
    )
    RecipientPage.objects.create(campaign=campaign, first=digest, digests=digest)
    send = Send.objects.create(campaign=campaign, sent_at=clock.now())
    LateAddress.objects.create(send=send, kind="phone", digest=digest, refused_at=clock.now())
    AwaitedRestriction.objects.create(digest=digest, entry=uuid4(), reason="child", since=clock.now())
    scope = {"kind": "phone", "digest": digest, "channel": "sms", "purpose": "advertising"}
    Resubscription.objects.create(id=uuid4(), **scope, asked_at=clock.now(), confirmed_at=clock.now())
    SaltedDigest.objects.create(owner=system_owner("mailer"), digest=digest, salted=bytes(32))
    return person


def a_copy_of_before(request: SupportRequest, subject, actor) -> None:
    package = AccessPackage.objects.create(
        request=request, person=subject.pk, language="ru", state="handed", handed_to="сестра", handed_at=clock.now()
    )
    AccessLink.objects.create(
        package=package, kind="phone", digest=bytes(16), secret_mac=bytes(32), made_by=actor, expires_at=clock.now()
    )


def files_of(subject, partner, phone) -> None:
    def sealed(text: str) -> bytes:
        return keyring().encrypt(f'{{"address": "{text}"}}'.encode(), b"subjects_personalrecord.payload")

    batch = Batch.objects.create(partner=partner, kind="members", layout={})
    StagedRow.objects.create(
        batch=batch, number=1, line=2, phone=bytes(phone.digest), raw=["ячейка"], address=sealed(WAITING)
    )
    chunk = MergedChunk.objects.create(batch=batch, first=1, last=1, at=clock.now())
    TouchedPerson.objects.create(chunk=chunk, subject=subject)
    moments = {"observed_at": clock.now(), "recorded_at": clock.now()}
    BeforeImage.objects.create(
        chunk=chunk, record=subject.records.first(), source="partner", payload=sealed(REPLACED),
        payload_digest=bytes(16), **moments,
    )  # fmt: skip


def found(subject_id: int) -> dict[str, int]:
    return {model: held.count for model, held in holdings(subject_id).items() if held.count}


def shown(subject_id: int) -> Counter[str]:
    items = [item for eraser in erasers.registry for item in eraser.export(subject_id)]
    return Counter(model for item in items for model in (item.model, *item.also))


def test_there_is_a_row_of_everything(whole):
    """A model that an eraser claims and that this person has nothing of would slip through the tests below."""
    claimed = {model._meta.label for model in erasers.registry.claimed()}
    assert set(found(whole.pk)) == claimed - NOT_COUNTED


def test_what_is_found_is_shown_row_by_row(whole):
    assert found(whole.pk)
    assert shown(whole.pk) == found(whole.pk)


def test_it_is_in_the_copy_row_by_row(whole, officer):
    # The request of the copy itself is about the person too.
    package = prepared(officer, whole)
    counted = Counter(model for _section, _number, item in staged(package) for model in (item.model, *item.also))
    AccessPackage.objects.filter(pk=package.pk).update(contents=None)
    assert counted == found(whole.pk)


def test_the_values_are_there(whole):
    texts = {value.text for eraser in erasers.registry for item in eraser.export(whole.pk) for value in item.values}
    assert {EMAIL, "сестра", REPLACED, WAITING, NOTED, "card.txt", "ячейка", WRONG, RIGHT} <= texts


def test_keys_name_one_value_of_an_item(whole):
    for eraser in erasers.registry:
        for item in eraser.export(whole.pk):
            keys = [value.key for value in item.values]
            assert len(keys) == len(set(keys)), item


def test_what_others_wrote_is_flagged(whole):
    flagged = {value.text for eraser in erasers.registry for item in eraser.export(whole.pk)
               for value in item.values if value.free}  # fmt: skip
    assert {NOTED, "сестра", "card.txt", "said it loudly", "asked for her card", WRONG} <= flagged
    assert not {EMAIL, RIGHT} & flagged


def test_nothing_is_shown_of_somebody_else(whole, officer):
    other = RequestFactory(subject=type(whole).objects.create()).subject
    assert found(other.pk) == {"subjects.Subject": 1, "cases.Case": 1}
    assert shown(other.pk) == found(other.pk)


def test_a_drift_would_be_noticed(whole, monkeypatch):
    eraser: Eraser = erasers.registry.erasers["subjects"]
    monkeypatch.setattr(type(eraser), "export", lambda self, subject_id: iter(()))
    assert shown(whole.pk) != found(whole.pk)
