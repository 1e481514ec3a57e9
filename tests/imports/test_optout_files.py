"""Files of mailing providers: recognised by their header, each word read as what it means."""

import csv
import io
from pathlib import Path

import pytest

from apps.core.identifiers import digest
from apps.imports.engine.formats import FORMATS, HEADERLESS, STATUS_WORDS, Format
from apps.imports.engine.refusals import RowRefused
from apps.optouts.models import OptOutEvent, OptOutNote, Suppression

pytestmark = pytest.mark.usefixtures("partner")

FOLDER = Path(__file__).parent / "files"
ALL, ADVERTISING = "all", "advertising"
# name: (file, {address: (channel, purpose, reason)}, how many are skipped)
FILES = {
    "mailchimp unsubscribed": (
        'Email Address,First Name,OPTIN_IP,UNSUB_TIME,UNSUB_CAMPAIGN_ID,UNSUB_REASON,TAGS,TAGS\n'
        'a@x.kg,A,192.0.2.7,2026-11-10 07:31:02,c1,"NORMAL (No reason given)",,\n'
        'b@x.kg,B,192.0.2.8,2026-11-10 07:31:02,c1,"SPAM (spam)",,\n',
        {"a@x.kg": ("email", ADVERTISING, "refusal"), "b@x.kg": ("email", ADVERTISING, "complaint")}, 0,
    ),
    "mailchimp without a campaign's id": (
        "UNSUB_REASON,Email Address,UNSUB_TIME\nNORMAL,a@x.kg,2026-11-10 07:31:02\n",
        {"a@x.kg": ("email", ADVERTISING, "refusal")}, 0,
    ),
    "mailchimp cleaned": (
        "Email Address,CLEAN_TIME,CLEAN_CAMPAIGN_TITLE\na@x.kg,2026-11-10 07:31:02,T\n",
        {"a@x.kg": ("email", ALL, "bounce")}, 0,
    ),
    "mandrill": (
        "email,reason,detail,created_at,expires_at,last_event_at,expires_at,subaccount\n"
        "a@x.kg,hard-bounce,,2026-11-10 07:31:02,,,,\nb@x.kg,spam,,2026-11-10 07:31:02,,,,\n"
        "c@x.kg,unsub,,2026-11-10 07:31:02,,,,\nd@x.kg,soft-bounce,,2026-11-10 07:31:02,,,,\n",
        {"a@x.kg": ("email", ALL, "bounce"), "b@x.kg": ("email", ADVERTISING, "complaint"),
         "c@x.kg": ("email", ADVERTISING, "refusal")}, 1,
    ),
    "sendgrid bounces": (
        "status,reason,email,created\n5.1.1,x,a@x.kg,1762750000\n4.2.2,x,b@x.kg,1762750000\n"
        "5.2.2,x,c@x.kg,1762750000\n",
        {"a@x.kg": ("email", ALL, "bounce")}, 2,
    ),
    "sendgrid spam": (
        "ip,email,created\n192.0.2.1,a@x.kg,1762750000\n", {"a@x.kg": ("email", ADVERTISING, "complaint")}, 0,
    ),
    "sendgrid unsubscribes": ("email,created\na@x.kg,1762750000\n", {"a@x.kg": ("email", ADVERTISING, "refusal")}, 0),
    "mailgun bounces": (
        'address,code,error,created_at\na@x.kg,550,x,"Tue, 10 Nov 2026 07:31:02 UTC"\nb@x.kg,450,x,\n',
        {"a@x.kg": ("email", ALL, "bounce")}, 1,
    ),
    "mailgun unsubscribes": ("address,tags,created_at\na@x.kg,*,\n", {"a@x.kg": ("email", ADVERTISING, "refusal")}, 0),
    "ses": ("a@x.kg,BOUNCE\nb@x.kg,COMPLAINT\n",
            {"a@x.kg": ("email", ALL, "bounce"), "b@x.kg": ("email", ADVERTISING, "complaint")}, 0),
    "sparkpost": ("recipient,type,description\na@x.kg,non_transactional,x\nb@x.kg,transactional,x\n",
                  {"a@x.kg": ("email", ADVERTISING, "refusal"), "b@x.kg": ("email", ALL, "refusal")}, 0),
    "sparkpost flags": (
        "recipient,transactional,non_transactional,description,subaccount_id\na@x.kg,false,true,x,\nb@x.kg,true,true,x,\n"
        "c@x.kg,false,false,x,\n",
        {"a@x.kg": ("email", ADVERTISING, "refusal"), "b@x.kg": ("email", ALL, "refusal")}, 1,
    ),
    "brevo": (
        "st_text,ts,sub,frm,email,tag,mid,link\nОтписан,10.11.2026 07:31:02,s,f,a@x.kg,t,m,\n"
        "Delivered,10.11.2026 07:31:02,s,f,b@x.kg,t,m,\nHard bounce,10.11.2026 07:31:02,s,f,c@x.kg,t,m,\n",
        {"a@x.kg": ("email", ADVERTISING, "refusal"), "c@x.kg": ("email", ALL, "bounce")}, 1,
    ),
    "russian log": (
        "Дата отписки;Email адреса;Причина\n10.11.2026 07:31;a@x.kg;Отписался\n"
        "10.11.2026;b@x.kg;Отметил рассылку как спам\n10.11.2026;c@x.kg;Добавлен вручную\n",
        {"a@x.kg": ("email", ADVERTISING, "refusal"), "b@x.kg": ("email", ADVERTISING, "complaint"),
         "c@x.kg": ("email", ADVERTISING, "staff")}, 0,
    ),
    "postmark": (
        "EmailAddress,SuppressionReason,Origin,CreatedAt\na@x.kg,HardBounce,Recipient,2026-11-10T07:31:02Z\n"
        "b@x.kg,ManualSuppression,Customer,2026-11-10T07:31:02Z\nc@x.kg,ManualSuppression,Recipient,2026-11-10T07:31:02Z\n",
        {"a@x.kg": ("email", ALL, "bounce"), "b@x.kg": ("email", ADVERTISING, "staff"),
         "c@x.kg": ("email", ADVERTISING, "refusal")}, 0,
    ),
    "gov.uk notify": (
        "Email address,Template name,Uploaded spreadsheet file name,Template sent at,Unsubscribe request received at\n"
        "a@x.kg,T,f.csv,2026-11-10 07:31:02,2026-11-11 07:31:02\n",
        {"a@x.kg": ("email", ADVERTISING, "refusal")}, 0,
    ),
    "telnyx": (
        (FOLDER / "telnyx-blocks.csv").read_text(),
        {"a@x.kg": ("email", ADVERTISING, "refusal"), "b@x.kg": ("email", ALL, "bounce"),
         "c@x.kg": ("email", ADVERTISING, "complaint"), "d@x.kg": ("email", ADVERTISING, "staff")}, 2,
    ),
    "unisender": (
        (FOLDER / "unisender-contacts.csv").read_text(),
        {"a@x.kg": ("email", ADVERTISING, "refusal"), "c@x.kg": ("email", ADVERTISING, "refusal"),
         "d@x.kg": ("email", ALL, "bounce"), "f@x.kg": ("email", ADVERTISING, "staff")}, 3,
    ),
    "words of a partner": (
        "Почта;Статус\na@x.kg;отписан\nb@x.kg;активен\nc@x.kg;жалоба\nd@x.kg;недоступен\n",
        {"a@x.kg": (ALL, ADVERTISING, "refusal"), "c@x.kg": (ALL, ADVERTISING, "complaint"),
         "d@x.kg": (ALL, ALL, "bounce")}, 1,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_providers_file_gives_its_facts(import_file, write, name):
    content, expected, skipped = FILES[name]
    result = import_file(write(content), kind="optouts")
    assert (result["exit"], result["new"], result["skipped"]) == (0, len(expected), skipped)
    assert result["refused"] == 0
    found = {bytes(s.digest): (s.channel, s.purpose, s.reason) for s in Suppression.objects.all()}
    assert found == {digest("email", address): scope for address, scope in expected.items()}
    again = import_file(write(content), kind="optouts")
    assert (again["new"], again["unchanged"]) == (0, len(expected))


def turned_round(content: str) -> str:
    """The same file with its columns in the opposite order."""
    mark = ";" if content.partition("\n")[0].count(";") else ","
    out = io.StringIO()
    turned = [row[::-1] for row in csv.reader(content.splitlines(), delimiter=mark)]
    csv.writer(out, delimiter=mark, lineterminator="\n").writerows(turned)
    return out.getvalue()


@pytest.mark.parametrize("name", [name for name in FILES if name != "ses"])
def test_the_order_of_columns_does_not_matter(import_file, write, name):
    content, expected, skipped = FILES[name]
    result = import_file(write(turned_round(content)), kind="optouts")
    assert (result["new"], result["skipped"], result["refused"]) == (len(expected), skipped, 0)
    found = {bytes(s.digest): (s.channel, s.purpose, s.reason) for s in Suppression.objects.all()}
    assert found == {digest("email", address): scope for address, scope in expected.items()}


UNISENDER = (
    "phone_unsubscribed_list_ids,phone_status,phone,tags,email_unsubscribed_list_ids,phone_availability,tags,email_status,"
    "email,email_availability\n"
)


def facts_of(*rows: str, import_file, write) -> tuple[dict, set]:
    result = import_file(write(UNISENDER + "".join(f"{row}\n" for row in rows)), kind="optouts")
    values = Suppression.objects.values_list("kind", "digest", "channel", "purpose", "reason")
    return result, {(kind, bytes(found), *scope) for kind, found, *scope in values}


def test_a_row_may_refuse_for_mail_and_for_phone_each_in_its_own_way(import_file, write):
    mail, phone = digest("email", "a@x.kg"), digest("phone", "+996555123401")
    row = ",unsubscribed,+996555123401,t,,available,u,active,a@x.kg,unreachable"
    result, found = facts_of(row, row, import_file=import_file, write=write)
    assert (result["new"], result["duplicate"]) == (1, 1)
    assert found == {("email", mail, "email", ALL, "bounce"), ("phone", phone, "sms", ADVERTISING, "refusal")}
    assert OptOutEvent.objects.count() == 2
    again, same = facts_of(row, import_file=import_file, write=write)
    assert (again["unchanged"], same) == (1, found)


def test_of_one_address_two_facts_may_come_and_one_half_may_say_nothing(import_file, write):
    mail, phone = digest("email", "a@x.kg"), digest("phone", "+996555123402")
    result, found = facts_of(
        ",,,t,,,u,unsubscribed,a@x.kg,unreachable", ",unsubscribed,0555123402,,,,,active,b@x.kg,available",
        ",active,0555123403,,,available,,active,c@x.kg,available", import_file=import_file, write=write,
    )  # fmt: skip
    assert (result["new"], result["skipped"], result["refused"]) == (2, 1, 0)
    assert found == {
        ("email", mail, "email", ADVERTISING, "refusal"), ("email", mail, "email", ALL, "bounce"),
        ("phone", phone, "sms", ADVERTISING, "refusal"),
    }  # fmt: skip


def test_a_word_nobody_knows_does_not_lose_what_the_row_says_of_the_other_address(import_file, write):
    result, found = facts_of(
        ",unsubscribed,0555123401,,,,,perhaps,a@x.kg,", ",active,0555123402,,,,,perhaps,b@x.kg,",
        ",unsubscribed,no number,,,,,active,c@x.kg,", import_file=import_file, write=write,
    )  # fmt: skip
    assert (result["new"], result["refused"], result["warnings"]) == (1, 2, 1)
    assert found == {("phone", digest("phone", "+996555123401"), "sms", ADVERTISING, "refusal")}


def test_a_list_of_another_type_is_not_taken_for_opt_outs(import_file, write):
    assert import_file(write("list_type: I\n\n996555123410;Y;x\n"), kind="optouts")["new"] == 1
    other = import_file(write("list_type: W\n\n996555123411;Y;x\n"), kind="optouts")
    assert other["exit"] == 2
    assert Suppression.objects.count() == 1


def test_addresses_of_devices_in_a_providers_file_are_dropped_and_never_kept(import_file, write):
    content = FILES["mailchimp unsubscribed"][0] + "not an address,C,192.0.2.9,2026-11-10 07:31:02,c1,NORMAL,,\n"
    assert import_file(write(content), kind="optouts")["refused"] == 1
    from apps.imports.models import StagedRow

    assert StagedRow.objects.get().raw[:3] == ["not an address", "C", ""]
    imei = content.replace("TAGS,TAGS", "IMEI,TAGS")
    assert import_file(write(imei), kind="optouts")["refused_file"]["params"] == {"columns": ["IMEI"]}


def test_times_and_campaigns_are_kept(import_file, write):
    import_file(write(FILES["mailchimp unsubscribed"][0]), kind="optouts")
    event = OptOutEvent.objects.get(digest=digest("email", "a@x.kg"))
    assert event.occurred_at.isoformat() == "2026-11-10T07:31:02+00:00"
    assert (event.campaign, event.medium, event.partner.code) == ("c1", "file", "bereke")
    import_file(write("phone;channel;Дата отписки;Причина\n0555123401;sms;10.11.2026 07:31;устала\n"), kind="optouts")
    event = OptOutEvent.objects.get(channel="sms")
    assert event.occurred_at.isoformat() == "2026-11-10T01:31:00+00:00"
    assert OptOutNote.objects.get(event=event).text == "устала"


def test_a_channel_decides_which_address_is_meant(import_file, write):
    content = (
        "phone;email;Канал\n0555123401;a@x.kg;sms\n0555123402;b@x.kg;email\n0555123403;c@x.kg;бардыгы\n;d@x.kg;sms\n"
    )
    assert import_file(write(content), kind="optouts")["new"] == 4
    assert sorted(Suppression.objects.values_list("kind", "channel")) == [
        ("email", "all"), ("email", "email"), ("email", "sms"), ("phone", "all"), ("phone", "sms")
    ]  # fmt: skip


def test_a_channel_nobody_knows_makes_the_refusal_stronger_not_lost(import_file, write):
    result = import_file(write("phone;Канал\n0555123401;голубиная почта\n"), kind="optouts")
    assert (result["new"], result["warnings"]) == (1, 1)
    assert Suppression.objects.get().channel == "all"


@pytest.mark.parametrize("word", ["inactive", "not subscribed yet", "reactive"])
def test_words_are_matched_whole(word):
    with pytest.raises(RowRefused):
        Format("x", "", {}, words=STATUS_WORDS).outcome(word)


def test_a_file_of_two_providers_at_once_is_not_guessed(import_file, write):
    result = import_file(write("email,created,address,created_at,tags\n"), kind="optouts")
    assert result["exit"] == 2
    assert not Suppression.objects.exists()


def test_every_format_has_its_code_once_and_its_file_in_this_test():
    codes = [known.code for known in FORMATS] + [known.format.code for known in HEADERLESS]
    assert len(codes) == len(set(codes))
    assert len(FILES) >= len(FORMATS)
