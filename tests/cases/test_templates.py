"""Reply templates: a closed list of placeholders, versions that are never lost, values of the case."""

from contextlib import nullcontext

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.choices import Role
from apps.audit.models import Entry
from apps.cases.choices import Occasion
from apps.cases.composing import language_of, values_of
from apps.cases.letters import DELIVERED
from apps.cases.models import Case, Message, ReplyTemplate
from apps.cases.placeholders import Placeholder, fill, fill_all, named_in, require_known
from apps.cases.services.extend import extend
from apps.cases.services.link import read
from apps.cases.services.set_template import add_template, change_template, seed_templates
from apps.cases.services.write import NewMessage
from apps.core import clock
from apps.core.errors import NotPossible
from tests import factories
from tests.cases.conftest import at
from tests.factories import RequestFactory, make_user


@pytest.fixture
def usual(db) -> ReplyTemplate:
    seed_templates()
    return ReplyTemplate.objects.get(occasion=Occasion.RECEIPT, language="en", version=1)


@given(text=st.text())
def test_filling_in_never_fails_and_runs_nothing(text):
    values = dict.fromkeys(Placeholder.values, "x")
    unknown = named_in(text) - set(Placeholder.values)
    with pytest.raises(NotPossible) if unknown else nullcontext():
        filled = fill(text, values)
        assert not any(f"{{{name}}}" in filled for name in Placeholder.values)


@given(before=st.text(alphabet="{}$%1 "), name=st.sampled_from(Placeholder.values), after=st.text(alphabet="a$%("))
def test_what_is_around_a_placeholder_stays(before, name, after):
    assert fill(f"{before} {{{name}}}{after}", {name: "v"}).endswith(f" v{after}")


@pytest.mark.parametrize(
    "text", ["{reference.__class__}", "$reference", "{0}", "%(reference)s", "{reference!r}", "{{}}"]
)
def test_what_is_no_name_in_braces_is_text(text):
    assert fill(text, {"reference": "SR"}) == text


@pytest.mark.parametrize("text", ["{nonsense}", "Dear {Name}", "{reference} {due_date}"])
def test_an_unknown_placeholder_is_refused_with_the_known_ones(text):
    with pytest.raises(NotPossible, match=r"There is no placeholder .*These are known: \{reference\}"):
        require_known(text)


def test_every_delivered_letter_is_there_in_three_languages_and_uses_known_names(usual):
    for letter in DELIVERED:
        assert set(letter.texts) == {"ky", "ru", "en"}
        for heading, text in letter.texts.values():
            require_known(heading)
            require_known(text)
    assert ReplyTemplate.objects.in_force().count() == 3 * len(DELIVERED)


def test_the_values_are_those_of_the_case_in_the_language_of_the_answer(usual, settings):
    settings.OPERATOR_NAME, settings.OPERATOR_PHONES = "Байтерек", ["0600 000 021"]
    with clock.standing_at(at("2026-04-29T10:00")):
        case = Case.objects.get(pk=RequestFactory(language="ru").pk)
    assert language_of(case) == "ru"
    values = values_of(case, "ru")
    assert (values["received"], values["due"], values["operator"]) == ("29.04.2026", "18.05.2026", "Байтерек")
    assert "Цифровой кодекс" in values["legal_reference"]
    assert "+996 600 000 021" in values["contacts"]
    for template in ReplyTemplate.objects.offered(case, "ru"):
        left = {"days", "reason"} if template.occasion in ("extension", "waiting", "refusal") else set()
        filled = fill_all(template.text, {**values, **dict.fromkeys(left, "x")})
        assert "{" not in filled


def test_a_change_is_a_version_of_its_own(usual, lead):
    new = change_template(usual, actor=lead, heading="Hello", text="Got it: {reference}")
    assert (new.version, new.changed_by) == (2, lead)
    assert ReplyTemplate.objects.in_force().filter(**usual.key).get() == new
    assert [row.version for row in ReplyTemplate.objects.versions_of(usual)] == [2, 1]
    entry = Entry.objects.get(action="cases.set-template")
    assert entry.facts["version"] == 2
    assert "Got it" not in str(entry.facts)
    with pytest.raises(NotPossible, match="after you opened it"):
        change_template(usual, actor=lead, heading="", text="Late")
    assert change_template(new, actor=lead, heading="Hello", text="Got it: {reference}") == new  # the same again
    seed_templates()
    assert ReplyTemplate.objects.in_force().get(**usual.key).text == "Got it: {reference}"


def test_saving_an_unknown_placeholder_is_refused(usual, lead):
    with pytest.raises(NotPossible, match="no placeholder"):
        change_template(usual, actor=lead, heading="", text="{nonsense}")
    assert ReplyTemplate.objects.versions_of(usual).count() == 1


def test_who_may(usual, officer, agent):
    for actor in (officer, agent):
        with pytest.raises(PermissionDenied):
            change_template(usual, actor=actor, heading="", text="x")
        with pytest.raises(PermissionDenied):
            add_template(actor=actor, template=ReplyTemplate(occasion="other", language="en", text="x"))
    counsel = make_user(Role.COUNSEL)
    assert change_template(usual, actor=counsel, heading="", text="x").version == 2


def test_the_nearer_template_comes_before_the_general_one(usual, case, lead):
    near = add_template(
        actor=lead,
        template=ReplyTemplate(kind="support", topic=case.topic, occasion="receipt", language="en", text="near"),
    )
    add_template(
        actor=lead,
        template=ReplyTemplate(kind="support", topic="complaint", occasion="receipt", language="en", text="far"),
    )
    assert ReplyTemplate.objects.usual(case, "receipt", "en") == near
    change_template(near, actor=lead, heading="", text="near", retired=True)
    assert ReplyTemplate.objects.usual(case, "receipt", "en") == usual
    with pytest.raises(NotPossible, match="already"):
        add_template(actor=lead, template=ReplyTemplate(occasion="receipt", language="en", text="twice"))


def test_an_extension_tells_the_new_date(case, officer, usual):
    text = "It takes {days} days more, until {due}."
    notice = NewMessage(direction="out", came_by="phone", text=text)
    message = extend(case, actor=officer, days=10, notice=notice, seen=1)
    due = Case.objects.get(pk=case.pk).due_at
    assert message.text == f"It takes 10 days more, until {due.astimezone(at('2026-01-01T00:00').tzinfo):%d.%m.%Y}."


def test_from_the_template_to_the_message(case, desk, officer, usual):
    place = reverse("admin:cases_case_template", args=[case.pk, usual.pk])
    said = desk.get(place).json()
    assert case.reference in said["heading"]
    assert (
        f'data-template-url="{place.replace(f"/{usual.pk}/", "/0/")}"'
        in desk.get(reverse("admin:cases_case_change", args=[case.pk])).content.decode()
    )
    begun = desk.get(f"{reverse('admin:cases_case_message', args=[case.pk])}?template={usual.pk}").content.decode()
    assert said["heading"] in begun
    sent = {"direction": "out", "came_by": "phone", "heading": said["heading"], "text": "{reference} – {name}"}
    data = {f"message-{name}": value for name, value in sent.items()}
    refused = desk.post(reverse("admin:cases_case_message", args=[case.pk]), data).content.decode()
    assert "{name} has no value in this case" in refused
    factories.RecordFactory(subject=case.subject, payload={"full_name": "Асанова Айгүл"})
    assert "Асанова" not in desk.get(place).content.decode()
    desk.post(reverse("admin:cases_case_message", args=[case.pk]), data)
    assert Message.objects.get().text == f"{case.reference} – Асанова Айгүл"


def test_what_the_person_wrote_stays_as_it_was_written(case, desk):
    data = {"message-direction": "in", "message-came_by": "email", "message-text": "I typed {nonsense} and {due}"}
    desk.post(reverse("admin:cases_case_message", args=[case.pk]), data)
    assert Message.objects.get().text == "I typed {nonsense} and {due}"


def test_the_page_of_a_template(usual, case, lead):
    client = Client()
    client.force_login(lead, backend="django.contrib.auth.backends.ModelBackend")
    place = reverse("admin:cases_replytemplate_change", args=[usual.pk])
    asked = {"heading": "{reference}", "text": "{name}: due {due}", "case": case.reference}
    shown = client.post(place, {**asked, "preview": "1"}).content.decode()
    assert "•••: due" in shown
    factories.RecordFactory(subject=case.subject, payload={"full_name": "Асанова Айгүл"})
    read(case, actor=lead)
    assert "Асанова Айгүл: due" in client.post(place, {**asked, "preview": "1"}).content.decode()
    assert ReplyTemplate.objects.versions_of(usual).count() == 1
    assert "no placeholder {bad}" in client.post(place, {**asked, "text": "{bad}"}).content.decode()
    client.post(place, {**asked, "case": ""})
    newest = ReplyTemplate.objects.versions_of(usual)[0]
    assert (newest.version, newest.text) == (2, "{name}: due {due}")
    assert "earlier version" in client.get(place).content.decode()
    assert client.get(reverse("admin:cases_replytemplate_changelist")).status_code == 200
