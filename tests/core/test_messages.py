"""The catalogues: texts found in Python and templates, kept, checked and compiled without gettext's tools."""

import gettext
import io
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import translation
from django.utils.dates import MONTHS, MONTHS_3, WEEKDAYS, WEEKDAYS_ABBR

from apps.core.management.commands import messages
from apps.core.messages import catalogue
from apps.core.messages.sources import Area, areas, texts_of

PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext
ASK = _("Say what is asked")
def rows(n):
    # Translators: rows of a file
    return ngettext("%(n)s row", "%(n)s rows", n) % {"n": n}
WORD = pgettext("verb", "File")
"""
TEMPLATE = """{% load i18n %}
<div class="it's \"quoted\"">
      {% translate "Find a person" %}
  {% blocktranslate count n=total trimmed %}
     {{ n }} person
  {% plural %}
     {{ n }} people
  {% endblocktranslate %}
</div>
"""


@pytest.fixture
def area(tmp_path: Path) -> Area:
    (tmp_path / "views.py").write_text(PYTHON)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(TEMPLATE)
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "0001.py").write_text('_("Never shown")')
    return Area(tmp_path / "locale", (tmp_path,))


def translate(area: Area, language: str, old: str, new: str) -> None:
    path = catalogue.path_of(area, language)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_texts_of_python_and_templates_are_found(area):
    found = {text.id: text for text in area.texts()}
    assert set(found) == {
        "Say what is asked",
        ("%(n)s row", "%(n)s rows"),
        "File",
        "Find a person",
        ("%(n)s person", "%(n)s people"),
    }
    assert found["File"].context == "verb"
    assert found["%(n)s row", "%(n)s rows"].comments == ("rows of a file",)


def test_an_update_keeps_translations_and_drops_what_no_source_asks_for(area):
    catalogue.update(area, "ru")
    translate(area, "ru", 'msgid "Find a person"\nmsgstr ""', 'msgid "Find a person"\nmsgstr "Найти человека"')
    first = catalogue.path_of(area, "ru").read_text()
    catalogue.update(area, "ru")
    assert catalogue.path_of(area, "ru").read_text() == first
    (area.locale.parent / "views.py").unlink()
    assert any("no source asks for it: 'File'" in line for line in catalogue.problems(area, "ru"))
    catalogue.update(area, "ru")
    assert "Найти человека" in catalogue.path_of(area, "ru").read_text()
    assert "Say what is asked" not in catalogue.path_of(area, "ru").read_text()


def test_the_check_names_each_fault(area):
    assert any("missing: 'File'" in line for line in catalogue.problems(area, "ky"))
    catalogue.update(area, "ky")
    translate(area, "ky", 'msgid "Find a person"\nmsgstr ""', '#, fuzzy\nmsgid "Find a person"\nmsgstr "Адам табуу"')
    translate(area, "ky", 'msgid_plural "%(n)s rows"\nmsgstr[0] ""', 'msgid_plural "%(n)s rows"\nmsgstr[0] "%(m)s сап"')
    found = list(catalogue.problems(area, "ky"))
    assert "doubtful (fuzzy): 'Find a person'" in found
    assert "placeholders differ: '%(n)s row'" in found
    assert "not translated: 'File'" in found


def _areas_that_say(top: Path, source: str, **said: str) -> list[Area]:
    """An area a name, all with one source, and of each what its catalogue translates it with."""
    found = []
    for name, translations in said.items():
        area = Area(top / name / "locale", (top / name,))
        (top / name).mkdir()
        (top / name / "views.py").write_text(source)
        catalogue.update(area, "ru")
        for text in translations.split("|"):
            empty = re.compile(r'(?m)^(msgstr(?:\[\d\])?) ""$')
            path = catalogue.path_of(area, "ru")
            head, body = path.read_text().split("\n\n", 1)
            path.write_text(head + "\n\n" + empty.sub(rf'\1 "{text}"', body, count=1))
        assert list(catalogue.problems(area, "ru")) == []
        found.append(area)
    return found


@pytest.mark.parametrize(
    ("source", "said", "clash"),
    [
        ('_("Open")', {"cases": "Открыть", "portal": "Открытые"},
         "'Open': cases says 'Открыть', portal says 'Открытые'"),
        ('pgettext("tile", "Open")', {"cases": "Открыть", "portal": "Открытые"},
         "'Open' (tile): cases says 'Открыть', portal says 'Открытые'"),
        ('ngettext("day", "days", n)', {"cases": "день|дня|дней|дня", "portal": "день|дня|суток|дня"},
         "'day': cases says 'день / дня / дней / дня', portal says 'день / дня / суток / дня'"),
    ],
)  # fmt: skip
def test_areas_that_translate_one_text_differently_are_named(tmp_path, source, said, clash):
    found = _areas_that_say(tmp_path, source, **said)
    assert list(catalogue.clashes(found, "ru")) == [clash]
    assert list(catalogue.clashes(found[:1], "ru")) == []


def test_a_text_without_plural_forms_is_held_against_the_first_form(tmp_path):
    (single, same) = _areas_that_say(tmp_path, '_("day")', cases="день", optouts="день")
    (plural,) = _areas_that_say(tmp_path, 'ngettext("day", "days", n)', portal="день|дня|дней|дня")
    (other,) = _areas_that_say(tmp_path, '_("day")', imports="сутки")
    assert list(catalogue.clashes([single, same, plural], "ru")) == []
    assert list(catalogue.clashes([plural, other], "ru")) == [
        "'day': portal says 'день / дня / дней / дня', imports says 'сутки'"
    ]


def test_a_context_tells_two_meanings_apart_and_what_is_not_translated_yet_is_no_clash(tmp_path):
    (verb,) = _areas_that_say(tmp_path, '_("Open")', cases="Открыть")
    (tile,) = _areas_that_say(tmp_path, 'pgettext("tile", "Open")', portal="Открытые")
    (late,) = _areas_that_say(tmp_path, '_("Open")', support="Открытые")
    assert len(list(catalogue.clashes([verb, late], "ru"))) == 1
    assert list(catalogue.clashes([verb, tile], "ru")) == []
    translate(late, "ru", "Открытые", "")
    assert list(catalogue.clashes([verb, late], "ru")) == []


def test_the_command_fails_on_a_clash(tmp_path, monkeypatch):
    found = _areas_that_say(tmp_path, '_("Open")', cases="Открыть", portal="Открыть")
    for area in found:
        catalogue.update(area, "ky")
        translate(area, "ky", 'msgid "Open"\nmsgstr ""', 'msgid "Open"\nmsgstr "Ачуу"')
    monkeypatch.setattr(settings, "BASE_DIR", tmp_path)
    monkeypatch.setattr(messages, "areas", lambda: found)
    call_command("messages", "--check")
    translate(found[1], "ky", "Ачуу", "Ачык")
    told = io.StringIO()
    with pytest.raises(CommandError):
        call_command("messages", "--check", stderr=told)
    assert told.getvalue().strip() == "ky, translated in two ways: 'Open': cases says 'Ачуу', portal says 'Ачык'"


def test_a_complete_catalogue_compiles_to_what_gettext_reads(area):
    catalogue.update(area, "ru")
    for old, new in (
        ('msgid "Find a person"\nmsgstr ""', 'msgid "Find a person"\nmsgstr "Найти человека"'),
        ('msgid "Say what is asked"\nmsgstr ""', 'msgid "Say what is asked"\nmsgstr "Скажите, что спрашивают"'),
        ('msgid "File"\nmsgstr ""', 'msgid "File"\nmsgstr "Подать"'),
        ('msgstr[0] ""\nmsgstr[1] ""\nmsgstr[2] ""\nmsgstr[3] ""',
         'msgstr[0] "%(n)s человек"\nmsgstr[1] "%(n)s человека"\nmsgstr[2] "%(n)s человек"\nmsgstr[3] "%(n)s человек"'),
        ('msgstr[0] ""\nmsgstr[1] ""\nmsgstr[2] ""\nmsgstr[3] ""',
         'msgstr[0] "%(n)s строка"\nmsgstr[1] "%(n)s строки"\nmsgstr[2] "%(n)s строк"\nmsgstr[3] "%(n)s строк"'),
    ):  # fmt: skip
        translate(area, "ru", old, new)
    assert list(catalogue.problems(area, "ru")) == []
    assert catalogue.compile_area(area, "ru")
    assert not catalogue.compile_area(area, "ru"), "nothing changed since"
    with catalogue.path_of(area, "ru").with_suffix(".mo").open("rb") as file:
        read = gettext.GNUTranslations(file)
    assert read.gettext("Find a person") == "Найти человека"
    assert read.pgettext("verb", "File") == "Подать"
    assert read.ngettext("%(n)s row", "%(n)s rows", 22) == "%(n)s строки"


def test_every_app_has_an_area_and_every_source_of_it_can_be_read():
    found = areas()
    assert {area.locale.parent.name for area in found} >= {"core", "portal", "subjects", "templates"}
    assert sum(1 for area in found for _text in area.texts()) > 100


def test_no_text_of_ours_takes_the_place_of_a_month_or_a_weekday():
    with translation.override(None):
        names = {str(name) for kind in (MONTHS, MONTHS_3, WEEKDAYS, WEEKDAYS_ABBR) for name in kind.values()}
    assert {"May", "may", "Monday"} <= names
    ours = {text.id for area in areas() for text in area.texts() if not text.context}
    assert ours & names == set(), "give it a context: dates are written with this word too"


def test_other_files_have_no_texts(tmp_path):
    (tmp_path / "picture.svg").write_text('_("no")')
    assert list(texts_of(tmp_path / "picture.svg")) == []
