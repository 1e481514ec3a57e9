"""What is read out of letters, in whatever mess they come."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.support.choices import MailReason
from apps.support.mail.boxes import NotMail, letters_in
from apps.support.mail.letters import read_letter
from apps.support.mail.texts import decoded, text_of
from tests.support.letters import FROM, letter, mbox, raw

RUSSIAN = "Здравствуйте! Пришлите, пожалуйста, копию всех данных, которые вы храните обо мне."
KYRGYZ = "Мен жөнүндө эмне билесиз? Өчүрүп салыңыз."


@pytest.mark.parametrize("real", ["utf-8", "cp1251", "koi8-r", "cp866"])
@pytest.mark.parametrize("said", ["utf-8", "windows-1251", "koi8-r", "us-ascii", "iso-8859-1", "x-unknown", "", "hex"])
def test_text_is_read_whatever_is_declared(real, said):
    kind = f"text/plain; charset={said}" if said else "text/plain"
    assert read_letter(raw(RUSSIAN.encode(real), kind)).text == RUSSIAN


def test_kyrgyz_and_what_is_declared_rightly():
    assert read_letter(raw(KYRGYZ.encode(), "text/plain; charset=windows-1251")).text == KYRGYZ
    assert decoded("Привет".encode("iso8859-5"), "iso-8859-5") == "Привет"
    assert decoded("café".encode("latin-1"), "iso-8859-1") == "café"
    assert decoded("日本".encode("iso2022_jp"), "iso-2022-jp") == "日本"
    assert decoded(RUSSIAN.encode("utf-16")) == RUSSIAN
    cut = RUSSIAN.encode()[:-2] + b"\xff"
    assert decoded(cut, "utf-8").startswith(RUSSIAN[:-2])


def test_headers_encoded_and_not():
    assert read_letter(letter(subject="Суроо: өчүрүү").as_bytes()).heading == "Суроо: өчүрүү"
    naked = b"From: " + "Пётр <a@b.example>".encode() + b"\nSubject: " + RUSSIAN.encode("cp1251") + b"\n\nx"
    read = read_letter(naked)
    assert (read.sender, read.heading) == ("a@b.example", RUSSIAN)
    coded = b"From: a@b.example\nSubject: =?koi8-r?B?8NLJ18XU?= =?nonsense?Q?abc?=\n\nx"
    assert read_letter(coded).heading.startswith("Привет")


def test_html_alone_becomes_text():
    page = (
        "<html><head><title>x</title><style>p{}</style></head><body><p>Салам,</p><div>жооп<br>күтөм</div>"
        "<ul><li>бир</ul><a href='https://x.example/a'>шилтеме</a><script>alert(1)</script></body></html>"
    )
    text = read_letter(raw(page.encode(), "text/html; charset=utf-8")).text
    assert text == "Салам,\n\nжооп\nкүтөм\n\n- бир\nшилтеме (https://x.example/a)"
    assert text_of("<p>a<b>b</p>" + "<div>" * 20_000) == "ab"


def test_of_alternatives_the_plain_one_and_of_files_all():
    message = letter("жөнөкөй текст")
    message.add_alternative("<p>бай текст</p>", subtype="html")
    message.add_attachment(b"%PDF-1.4\n%%EOF", maintype="application", subtype="pdf", filename="ишеним кат.pdf")
    message.add_attachment(letter("ичиндеги", subject="ички"), filename="ички.eml")
    read = read_letter(message.as_bytes())
    assert read.text == "жөнөкөй текст"
    assert read.files[0].name == "ишеним кат.pdf"
    assert read.files[0].data == b"%PDF-1.4\n%%EOF"
    assert b"Subject:" in read.files[1].data


def test_an_empty_plain_alternative_is_no_text():
    message = letter("  \n")
    message.add_alternative("<p>бай текст</p>", subtype="html")
    assert read_letter(message.as_bytes()).text == "бай текст"


def test_an_attached_text_is_brought_to_utf_8():
    kind = 'multipart/mixed; boundary="b"'
    part = b'--b\r\nContent-Type: text/plain; name="a.txt"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n'
    read = read_letter(raw(part + RUSSIAN.encode("cp1251") + b"\r\n--b--\r\n", kind))
    assert read.files[0].data.decode().strip() == RUSSIAN


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Auto_Submitted": "auto-replied (vacation)"}, MailReason.AUTO_REPLY),
        ({"Auto_Submitted": "auto-generated; owner=x"}, MailReason.AUTO_REPLY),
        ({"Precedence": "auto_reply"}, MailReason.AUTO_REPLY),
        ({"Precedence": "bulk"}, MailReason.LIST),
        ({"List_Id": "<news.mail.example>"}, MailReason.LIST),
        ({"Return_Path": "<>"}, MailReason.BOUNCE),
        ({"Auto_Submitted": "no"}, ""),
        ({"Return_Path": f"<{FROM}>"}, ""),
        ({"Precedence": "first-class"}, ""),
    ],
)
def test_what_machines_send_is_known(headers, reason):
    assert read_letter(letter(**headers).as_bytes()).machine == reason


def test_a_report_of_the_mail_system_is_one():
    assert read_letter(raw(b"--b--", "multipart/report; boundary=b")).machine == MailReason.BOUNCE


def test_letters_of_a_folder_and_a_single_one():
    first, second = letter("биринчи\n\nFrom here on\n"), letter("экинчи", message_id="<two@mail.example>")
    texts = [read_letter(data).text for data in letters_in(io.BytesIO(mbox(first, second)))]
    assert texts == ["биринчи\n\nFrom here on", "экинчи"]
    assert len(list(letters_in(io.BytesIO(b"\r\n" + first.as_bytes())))) == 1
    for other in (b"%PDF-1.4", b"", b"\xd0\xcf\x11\xe0", b"no letter at all"):
        with pytest.raises(NotMail):
            list(letters_in(io.BytesIO(other)))


def test_the_same_letter_is_the_same_and_another_sender_s_is_not():
    one = read_letter(letter().as_bytes())
    assert one.digest == read_letter(letter().as_bytes().replace(b"\n", b"\r\n")).digest
    assert one.digest != read_letter(letter(sender="other@mail.example").as_bytes()).digest
    without = read_letter(letter(message_id="").as_bytes())
    assert without.digest == read_letter(letter(message_id="").as_bytes()).digest
    assert without.digest != read_letter(letter("башка", message_id="").as_bytes()).digest


def test_nothing_of_a_letter_is_in_its_repr():
    shown = repr(read_letter(letter().as_bytes()))
    assert FROM not in shown
    assert "Суроо" not in shown


@given(st.binary(max_size=400))
def test_any_bytes_are_read_as_text(data):
    assert isinstance(decoded(data, "koi8-r"), str)
    assert isinstance(text_of(decoded(data)), str)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=60), min_size=1, max_size=5))
def test_a_folder_gives_back_what_was_put_into_it(texts):
    made = [letter("x", message_id=f"<{n}@x.example>") for n in range(len(texts))]
    for message, text in zip(made, texts, strict=True):
        message.set_content(f"From {text}\n\nFrom me")
    found = [read_letter(data) for data in letters_in(io.BytesIO(mbox(*made)))]
    assert [one.message_id for one in found] == [f"{n}@x.example" for n in range(len(texts))]
    assert all(one.text.endswith("From me") for one in found)
