"""The preference page and the way back over real HTTP: what is shown, what is sent, what it takes to lift a refusal."""

import re
from urllib.parse import urlencode

import pytest

from apps.core import clock
from apps.optouts.services.confirmations import Confirmation, seal_confirmation
from apps.optouts.services.links import seal
from apps.optouts.services.parts import EVERYTHING, Part
from tests.optouts.conftest import link_of, mails_to, stopped
from tests.optouts.test_public_page import FORM, ONE_CLICK
from tests.servers import Answer
from tests.warming import frozen

pytestmark = pytest.mark.embedded

EMAIL = "email/advertising/all"


@pytest.fixture
def submit(web, path):
    """Press a button of one of the link's pages, in English."""

    def submit(page: str, *fields: tuple[str, str], where: str = "") -> Answer:
        body = urlencode([("from-page", "1"), *fields]).encode()
        return web.request("POST", f"{where or path}{page}?lang=en", body, Content_Type=FORM)

    return submit


def look(web, path: str) -> str:
    return web.request("GET", f"{path}?lang=en").text


def confirmation_in(text: str) -> str:
    (found,) = re.findall(r"http://\S+(/u/confirm/\S+)", text)
    return found


def test_the_page_offers_channels_topics_and_senders_and_everything(web, home, path):
    page = look(web, f"{path}/preferences")
    for value in ("all/advertising/all", EMAIL, "all/advertising-news/all", "all/advertising-offers/all",
                  "all/advertising/operator"):  # fmt: skip
        assert f'name="stop" value="{value}"' in page
    assert page.index("Stop all advertising") < page.index("Or stop only some of it")
    assert "Service messages about your account" in page
    assert "What is stopped" not in page


def test_what_is_stopped_is_shown_with_its_day_and_not_offered_again(web, submit, path):
    answer = submit("/preferences", ("stop", EMAIL), ("stop", "all/advertising-news/all"))
    today = f"{clock.today():%d.%m.%Y}" if f"{clock.today():%d.%m.%Y}" in answer.text else f"{clock.today():%d/%m/%Y}"
    assert "Recorded. This is stopped now:" in answer.text
    assert "News of the application" in answer.text
    page = look(web, f"{path}/preferences")
    assert f'value="{EMAIL}"' not in page
    assert 'value="all/advertising-offers/all"' in page
    assert page.count(f"stopped since {today}") == 4, "beside the choice, and in the list"
    assert "Receive some of it again" in page


def test_when_all_is_stopped_nothing_is_left_to_stop(web, submit, path, home, link):
    assert 'name="stop"' in look(web, f"{path}/preferences")
    answer = submit("/preferences", ("stop", EVERYTHING.code), ("stop", EMAIL))
    assert stopped(home, link) == [EVERYTHING.code]
    assert "All advertising is stopped." in answer.text
    assert 'name="stop"' not in look(web, f"{path}/preferences")


def test_a_partner_is_called_by_its_name_and_nobody_elses_is_told(web, home, address):
    with home.connection() as connection:
        connection.execute(
            "INSERT INTO partners_partner (code, name, language, active, created_at) VALUES"
            " ('ala-too', 'Ala-Too Coffee', 'ky', true, now()), ('gone', 'Gone', 'ky', false, now())"
            " ON CONFLICT DO NOTHING"
        )
    page = look(web, f"/u/{seal(link_of(address, sender='ala-too'))}/preferences")
    assert "Ala-Too Coffee" in page
    assert "The sender of this message" not in page
    assert "Gone" not in page


def test_other_facts_are_shown_and_can_not_be_lifted(web, home, link, path, submit):
    web.request("POST", path, ONE_CLICK, Content_Type=FORM)
    with home.connection() as connection:
        connection.execute(
            "INSERT INTO optouts_suppression (kind, digest, channel, purpose, sender, reason, since, created_at)"
            " SELECT kind, digest, channel, purpose, sender, 'complaint', since, created_at"
            " FROM optouts_suppression WHERE digest = %s",
            [link.digest],
        )
    assert "A message of ours was reported as spam." in look(web, f"{path}/preferences")
    assert look(web, f"{path}/again").count('name="again"') == 1


def test_nothing_refused_nothing_to_receive_again(web, path, submit, mailbox, address):
    assert "Nothing to receive again" in look(web, f"{path}/again")
    answer = submit("/again", ("again", EMAIL), ("address", address))
    assert answer.status == 400
    assert mails_to(mailbox, address) == []


def test_the_way_back_from_the_page_to_the_mail_and_back(web, home, link, path, submit, mailbox, address):
    submit("/preferences", ("stop", EMAIL), ("stop", "all/advertising-news/all"))
    page = look(web, f"{path}/again")
    assert page.count('name="again"') == 2
    assert address not in page
    asked = submit("/again", ("again", EMAIL), ("address", f" {address.upper()} "))
    assert (asked.status, "One more step" in asked.text, address in asked.text) == (200, True, False)
    assert len(stopped(home, link)) == 2, "nothing has changed yet"

    (text,) = mails_to(mailbox, address)
    assert "E-mail · Advertising" in text
    assert "News" not in text
    confirm = confirmation_in(text)
    assert "Receive this again?" in look(web, confirm)
    assert len(stopped(home, link)) == 2, "looking is not confirming"

    done = submit("", where=confirm)
    assert (done.status, "<h1>You receive it again" in done.text) == (200, True)
    assert "News of the application" in done.text, "what still stops some of it is told"
    assert stopped(home, link) == ["all/advertising-news/all"]
    assert submit("", where=confirm).status == 200
    count = "SELECT count(*) FROM optouts_resubscription WHERE digest = %s"
    assert home.value(count, link.digest) == 1

    web.request("POST", path, ONE_CLICK, Content_Type=FORM)
    again = submit("", where=confirm)
    assert EMAIL in stopped(home, link), "what was refused since stands, whatever old link is pressed"
    assert "<h1>Your wish is recorded" in again.text
    assert "This still stops some or all of it" in again.text


def test_the_wide_refusal_that_still_stops_it_is_told(web, home, link, path, submit, mailbox, address):
    submit("/preferences", ("stop", EMAIL))
    submit("/preferences", ("stop", EVERYTHING.code))
    submit("/again", ("again", EMAIL), ("address", address))
    done = submit("", where=confirmation_in(mails_to(mailbox, address)[0]))
    assert stopped(home, link) == [EVERYTHING.code]
    assert "This still stops some or all of it" in done.text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ([("address", "{address}")], "Nothing was ticked, so nothing was sent."),
        ([("again", "sms/advertising/all"), ("address", "{address}")], "Nothing was ticked, so nothing was sent."),
        ([("again", EMAIL)], "This is no complete e-mail address."),
        ([("again", EMAIL), ("address", "asel")], "This is no complete e-mail address."),
        ([("again", EMAIL), ("address", "x{address}")], "This is not the one that the link was sent to."),
        ([("again", EMAIL), ("address", "{address}\nBcc: x@mail.example")], "This is no complete e-mail address."),
    ],
)
def test_nothing_is_sent_on_a_guess(web, home, link, path, submit, mailbox, address, fields, words):
    web.request("POST", path, ONE_CLICK, Content_Type=FORM)
    before = len(list(mailbox.iterdir()))
    answer = submit("/again", *((name, value.format(address=address)) for name, value in fields))
    assert answer.status == 400
    assert words in answer.text
    assert address not in answer.text
    assert len(list(mailbox.iterdir())) == before
    assert stopped(home, link) == [EMAIL]


def test_a_link_helps_neither_to_guess_an_address_nor_to_fill_a_mailbox(web, path, submit, mailbox, address):
    web.request("POST", path, ONE_CLICK, Content_Type=FORM)
    sent = [submit("/again", ("again", EMAIL), ("address", address)).status for _ in range(6)]
    assert sent == [200] * 5 + [429]
    assert len(mails_to(mailbox, address)) == 5
    other = f"other-{address}"
    where = f"/u/{seal(link_of(other))}"
    web.request("POST", where, ONE_CLICK, Content_Type=FORM)
    guesses = [submit("/again", ("again", EMAIL), ("address", f"{n}{other}"), where=where) for n in range(11)]
    assert [answer.status for answer in guesses] == [400] * 10 + [429]
    assert submit("/again", ("again", EMAIL), ("address", other), where=where).status == 429
    assert mails_to(mailbox, other) == []


def test_a_phone_without_a_gateway_is_told_so(web, home, submit):
    link = link_of("+996555870001", "phone", "sms")
    where = f"/u/{seal(link)}"
    web.request("POST", where, ONE_CLICK, Content_Type=FORM)
    answer = submit("/again", ("again", "sms/advertising/all"), ("address", "0555 870 001"), where=where)
    assert answer.status == 503
    assert "could not be sent just now" in answer.text
    assert stopped(home, link) == ["sms/advertising/all"]


def test_a_device_is_told_where_its_way_back_is(web):
    link = link_of("device-of-asel-1", "push", "push")
    where = f"/u/{seal(link)}"
    web.request("POST", where, ONE_CLICK, Content_Type=FORM)
    assert "Receive some of it again" not in look(web, f"{where}/preferences")
    assert "switched on again in the application" in look(web, f"{where}/again")


def test_neither_address_nor_token_is_in_the_log(web, path, submit, mailbox, address):
    web.request("POST", path, ONE_CLICK, Content_Type=FORM)
    submit("/again", ("again", EMAIL), ("address", address))
    submit("", where=confirmation_in(mails_to(mailbox, address)[0]))
    log = web.log.read_text()
    assert not {part for part in (address, path[3:40]) if part in log}


def test_what_was_asked_and_confirmed_is_in_the_audit_without_a_value(web, home, link, path, submit, mailbox, address):
    web.request("POST", path, ONE_CLICK, Content_Type=FORM)
    suppression = home.value("SELECT id FROM optouts_suppression WHERE digest = %s", link.digest)
    submit("/again", ("again", EMAIL), ("address", address))
    submit("", where=confirmation_in(mails_to(mailbox, address)[0]))
    told = "SELECT string_agg(action, ' ' ORDER BY id) FROM audit_entry WHERE target_id = %s AND actor_id IS NULL"
    assert home.value(told, suppression) == "optouts.accept optouts.ask-again optouts.resubscribe"
    facts = "SELECT string_agg(facts::text, ' ') FROM audit_entry WHERE target_id = %s"
    assert address not in home.value(facts, suppression)


def test_while_the_database_is_away(web, home, link, path, submit, address):
    web.request("POST", path, ONE_CLICK, Content_Type=FORM)
    asked = Confirmation(
        kind="email", digest=link.digest, masked=link.masked, asked=clock.now(), parts=(Part("email"),)
    )
    late = link_of(f"late-{address}")
    with frozen(web):
        page = look(web, f"{path}/preferences")
        assert "can't be shown just now" in page
        assert "Stop all advertising" in page
        again = web.request("GET", f"{path}/again?lang=en")
        assert (again.status, again.headers["Retry-After"]) == (503, "60")
        assert "nothing of it can be lifted" in again.text
        assert submit("/again", ("again", EMAIL), ("address", address)).status == 503
        refused = submit("/preferences", ("stop", EVERYTHING.code), where=f"/u/{seal(late)}")
        assert (refused.status, "Recorded." in refused.text) == (200, True)
        assert submit("", where=f"/u/confirm/{seal_confirmation(asked)}").status == 200
    home.manage("replay_journal")
    assert stopped(home, late) == [EVERYTHING.code]
    assert stopped(home, link) == []
