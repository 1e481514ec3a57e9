"""A folder of letters, from the file to the case; and one that nobody can answer, looked at and destroyed."""

from pathlib import Path

from playwright.sync_api import Page, expect

from apps.accounts.choices import Role
from apps.cases.models import Case
from apps.policies.services.seed_deadlines import seed_deadlines
from tests import factories
from tests.browser.test_case import press
from tests.support.letters import letter, mbox

TEXT = "Мен жөнүндө эмне билесиз?"


def test_from_the_file_to_the_case(served, sign_in, work, tmp_path: Path):
    seed_deadlines()
    folder = tmp_path / "mail.mbox"
    away = letter("away", message_id="<away@mail.example>", Auto_Submitted="auto-replied")
    nobody = letter("nobody", sender="nobody", message_id="<nobody@mail.example>")
    folder.write_bytes(mbox(letter(TEXT), away, nobody))
    page = sign_in(factories.make_user(Role.OFFICER))
    page.get_by_role("link", name="E-mail taken in").first.click()
    page.locator("a[href*='mailrun/add']").first.click()
    page.locator("#id_file").set_input_files(folder)
    page.get_by_role("button", name="Take it in").click()
    expect(page.get_by_text("Its letters are being taken in.")).to_be_visible()
    work()
    page.reload()
    expect(page.locator("#result_list").get_by_text("taken in", exact=True)).to_be_visible()
    page.locator("#result_list tbody a").first.click()
    expect(page.locator("#result_list tbody tr")).to_have_count(3)
    letters = page.url
    settle(page)
    page.goto(letters)
    page.get_by_role("link", name=Case.objects.get().reference).click()
    expect(page.get_by_text(TEXT)).to_have_count(0)
    page.keyboard.press("r")
    expect(page.get_by_text(TEXT)).to_be_visible()
    change_topic(page)


def settle(page: Page) -> None:
    """Open the one that was set aside, then destroy it."""
    page.locator("#result_list tbody tr").filter(has_text="No usable sender").get_by_role("link").first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Open", exact=True).click()
    assert b"nobody" in Path(download.value.path()).read_bytes()
    page.get_by_role("button", name="Destroy").click()
    expect(page.get_by_text("The letter is destroyed.")).to_be_visible()


def change_topic(page: Page) -> None:
    """Somebody has read it, and knows what it is about."""
    page.get_by_role("button", name="Say what it is about").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("about").select_option(label="Access: what is held about me")
    dialog.get_by_role("button", name="Say what it is about").click()
    expect(page.get_by_text("What the case is about is changed.")).to_be_visible()
    press(page, "Start work")
    assert Case.objects.get().topic == "access"
