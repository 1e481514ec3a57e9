"""What letters become: requests, answers in cases, nothing where a machine wrote them; none is lost."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from apps.audit.models import Entry
from apps.cases.choices import LinkKind
from apps.cases.models import Attachment, Case, CaseLink, Message, Note
from apps.cases.services.move import move
from apps.cases.services.write import NewMessage, add_message
from apps.core import clock, files, identifiers
from apps.support.models import MailRun, SupportRequest, TakenMail
from apps.support.services import answering, take_mail
from apps.support.services.run_mail import take_file
from apps.support.services.take_mail import take_letter
from tests.cases.conftest import at
from tests.factories import IdentifierFactory
from tests.support.letters import FROM, letter, mbox

PDF = b"%PDF-1.4\n1 0 obj\n%%EOF\n"


@pytest.fixture
def run(db):
    return MailRun.objects.create(source="file")


def take(run, message, **what):
    return take_letter(run=run, data=message.as_bytes(), **what)


def waiting(agent, officer) -> Case:
    """A request that came by mail, was answered with a question, and waits."""
    case = Case.objects.get()
    with clock.standing_at(at("2026-04-29T12:00")):
        add_message(case, actor=officer, message=NewMessage(direction="out", came_by="phone", text="Ким экениңиз?"))
        return move(case, "wait", actor=officer, seen=None, reason="identity")


def test_a_letter_becomes_a_request(run):
    person = IdentifierFactory(kind="email", value=FROM).subject
    assert take(run, letter()) == "request"
    request = SupportRequest.objects.get()
    assert (request.topic, request.came_by, request.subject, request.contact) == ("question", "email", person, FROM)
    assert bytes(request.contact_digest) == identifiers.digest("email", FROM)
    assert request.received_at == at("2026-04-29T10:00")
    message = request.messages.get()
    assert (message.text, message.heading, message.came_by) == ("Мен жөнүндө эмне билесиз?", "Суроо", "email")
    assert request.language == "ky"
    assert FROM not in str(list(Entry.objects.values_list("facts", flat=True)))


def test_russian_is_answered_in_russian_and_the_person_s_language_goes_first(run):
    take(run, letter("Пришлите копию моих данных"))
    assert SupportRequest.objects.get().language == "ru"
    known = IdentifierFactory(kind="email", value="known@mail.example", subject__language="en").subject
    take(run, letter("Пришлите", sender="known@mail.example"))
    assert SupportRequest.objects.get(subject=known).language == "en"


def test_the_clock_never_runs_from_a_day_to_come(run):
    message = letter()
    message.replace_header("Date", "Wed, 29 Apr 2099 10:00:00 +0600")
    take(run, message)
    case = Case.objects.get()
    assert case.received_at <= case.opened_at


def test_the_same_letter_twice_is_one(run):
    assert take(run, letter()) == "request"
    assert take(run, letter()) == "twice"
    assert Case.objects.count() == 1


def test_files_come_along_and_refused_ones_are_named(run, settings):
    settings.ATTACHMENT_MAX_BYTES = 100
    message = letter()
    message.add_attachment(PDF, maintype="application", subtype="pdf", filename="паспорт.exe")
    message.add_attachment(b"MZ\x00\x01", maintype="application", subtype="pdf", filename="virus.pdf")
    message.add_attachment(PDF * 10, maintype="application", subtype="pdf", filename="чоң.pdf")
    assert take(run, message) == "request"
    assert [(file.name, file.file_type) for file in Attachment.objects.all()] == [("паспорт.exe.pdf", "pdf")]
    note = Note.objects.get()
    assert note.author is None
    assert "virus.pdf" in note.text
    assert "чоң.pdf" in note.text
    assert "паспорт" not in note.text


def test_a_long_text_is_kept_whole(run):
    take(run, letter("алма " * 6000))
    assert len(Message.objects.get().text) <= 20_000
    assert files.open_stored(Attachment.objects.get().file).read().decode().count("алма") == 6000


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Auto_Submitted": "auto-replied"}, "auto-reply"),
        ({"List_Id": "<a.b>"}, "list"),
        ({"Return_Path": "<>"}, "bounce"),
    ],
)
def test_what_machines_send_is_counted_and_makes_no_request(run, headers, reason):
    assert take(run, letter(**headers)) == "automatic"
    assert not Case.objects.exists()
    row = TakenMail.objects.get()
    assert (row.outcome, row.reason, row.file, row.sender_digest) == ("automatic", reason, "", None)


def test_our_own_address_makes_no_request(run, settings):
    settings.DEFAULT_FROM_EMAIL = f"Amanat <{FROM}>"
    assert take(run, letter()) == "automatic"
    assert TakenMail.objects.get().reason == "ours"


def test_an_answer_to_what_we_sent_goes_on_with_the_clock(run, agent, officer):
    take(run, letter())
    case = waiting(agent, officer)
    sent = case.messages.get(direction="out")
    reply = letter("Бул менмин", message_id="<r@mail.example>", In_Reply_To=f"<{sent.key}@amanat.example>")
    assert take(run, reply) == "reply"
    case.refresh_from_db()
    assert (case.status, case.paused_at, case.due_at is not None) == ("in-work", None, True)
    assert case.messages.filter(direction="in").count() == 2
    assert TakenMail.objects.get(outcome="reply").case == case
    assert Case.objects.count() == 1


def test_an_answer_by_the_thread_and_by_the_reference(run):
    take(run, letter())
    case = Case.objects.get()
    thread = letter("дагы", message_id="<t@mail.example>", References="<x@y.example> <one@mail.example>")
    named = letter("дагы бир", message_id="<n@mail.example>", subject=f"Re: {case.reference.lower()} жооп")
    assert [take(run, thread), take(run, named)] == ["reply", "reply"]
    assert case.messages.count() == 3


def test_nobody_else_writes_into_a_case(run, agent, officer):
    take(run, letter())
    case = waiting(agent, officer)
    sent = case.messages.get(direction="out")
    other = {"sender": "other@mail.example"}
    by_thread = letter("мен да", message_id="<o@x.example>", In_Reply_To=f"<{sent.key}@amanat.example>", **other)
    guessed = letter("мен да", message_id="<p@x.example>", subject=case.reference, **other)
    known_id = letter("мен да", message_id="<q@x.example>", References="<one@mail.example>", **other)
    assert [take(run, one) for one in (by_thread, guessed, known_id)] == ["request"] * 3
    case.refresh_from_db()
    assert case.status == "waiting"
    assert case.messages.count() == 2
    assert CaseLink.objects.get().kind == LinkKind.RELATED  # whoever has what we sent is shown to belong to it


def test_an_answer_to_a_closed_case_is_a_request_that_follows(run, officer):
    take(run, letter())
    case = Case.objects.get()
    move(case, "withdraw", actor=officer, seen=None)
    again = letter("дагы", message_id="<t@mail.example>", References="<one@mail.example>")
    assert take(run, again) == "request"
    link = CaseLink.objects.get()
    assert (link.second_id, link.kind) == (case.pk, LinkKind.FOLLOWS)
    assert case.messages.count() == 1


def test_the_person_answers_from_another_address_of_theirs(run):
    person = IdentifierFactory(kind="email", value=FROM).subject
    IdentifierFactory(kind="email", value="work@mail.example", subject=person)
    take(run, letter())
    sent = add_message(
        Case.objects.get(), actor=None, message=NewMessage(direction="out", came_by="phone", text="Ким?")
    )
    reply = letter(sender="work@mail.example", message_id="<w@m.example>", In_Reply_To=f"<{sent.key}@amanat.example>")
    assert take(run, reply) == "reply"


def test_what_can_t_be_taken_in_is_kept_whole_and_encrypted(run, monkeypatch):
    def stumble(*what):
        raise ValueError("whatever")

    monkeypatch.setattr(take_mail, "answer_or_open", stumble)
    assert take(run, letter()) == "aside"
    row = TakenMail.objects.get()
    assert (row.reason, bytes(row.sender_digest)) == ("refused", identifiers.digest("email", FROM))
    assert files.open_stored(row.file).read() == letter().as_bytes()
    assert FROM.encode() not in files.path_of(row.file).read_bytes()


def test_a_letter_that_fails_half_way_leaves_nothing_behind(run, monkeypatch):
    def stumble(*what):
        raise ValueError("whatever")

    monkeypatch.setattr(answering, "add_message", stumble)
    assert take(run, letter()) == "aside"
    assert not Case.objects.exists()
    assert TakenMail.objects.count() == 1


def test_a_file_of_letters_is_handed_in_on_the_desk(desk, officer, django_capture_on_commit_callbacks):
    folder = mbox(
        letter(), letter("экинчи", message_id="<two@m.example>"), letter(), letter(sender="", message_id="<a@b>")
    )
    page = reverse("admin:support_mailrun_add")
    assert "mbox" in desk.get(page).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        answer = desk.post(page, {"file": SimpleUploadedFile("mail.mbox", folder)})
    assert answer["Location"] == reverse("admin:support_mailrun_changelist")
    handed = MailRun.objects.get()
    assert (handed.actor, handed.finished_at) == (officer, None)
    assert FROM.encode() not in files.path_of(handed.file).read_bytes()
    stored = files.path_of(handed.file)
    with django_capture_on_commit_callbacks(execute=True):
        run_file(handed)
    handed.refresh_from_db()
    assert (handed.requests, handed.twice, handed.aside, handed.file) == (2, 1, 1, "")
    assert not stored.exists()
    shown = desk.get(answer["Location"]).content.decode()
    assert "taken in" in shown
    letters = desk.get(f"{reverse('admin:support_takenmail_changelist')}?run__id__exact={handed.pk}").content.decode()
    assert Case.objects.first().reference in letters
    assert "No usable sender" in letters


def run_file(handed):
    take_file(run_id=handed.pk)
    take_file(run_id=handed.pk)  # one that was worked off is left alone


def test_a_letter_that_was_set_aside_is_opened_and_destroyed(run, desk, django_capture_on_commit_callbacks):
    take(run, letter(sender="nobody"))
    row = TakenMail.objects.get()
    page = reverse("admin:support_takenmail_change", args=[row.pk])
    assert "No usable sender" in desk.get(page).content.decode()
    address = reverse("admin:support_takenmail_open", args=[row.pk])
    assert b"Message-ID" not in desk.get(address).content
    answer = desk.post(address)
    assert b"Message-ID" in b"".join(answer.streaming_content)
    assert "attachment" in answer["Content-Disposition"]
    assert Entry.objects.filter(action="support.open-mail").count() == 1
    stored = files.path_of(row.file)
    settle = reverse("admin:support_takenmail_settle", args=[row.pk])
    desk.get(settle)
    assert stored.exists()
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(settle)
    assert not stored.exists()
    row.refresh_from_db()
    assert not row.is_aside
    assert "already" in desk.post(settle, follow=True).content.decode()


@pytest.mark.django_db
def test_by_command(tmp_path, capsys):
    good, other = tmp_path / "a.eml", tmp_path / "b.pdf"
    good.write_bytes(letter().as_bytes())
    other.write_bytes(PDF)
    with pytest.raises(CommandError, match="no file of e-mail"):
        call_command("take_mail", str(other), str(good), str(tmp_path / "none"))
    assert "requests 1" in capsys.readouterr().out
    assert Case.objects.count() == 1
    with pytest.raises(CommandError):
        call_command("take_mail")
