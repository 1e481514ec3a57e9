"""A dump of the demo's database discloses nobody: whoever has it without the keys finds no value in it."""

import base64
import json
import subprocess
import sys

import pytest

from apps.policies.registry import PURPOSES
from config.embedded_postgres.binaries import binary
from tests.servers import ROOT, Home

pytestmark = pytest.mark.embedded

# Everything that the keys open, as a list of texts: read by the desk's own models, in a process of the home.
OPEN_ALL = """
import json, sys
import django
django.setup()
from django.apps import apps
from apps.core.fields import EncryptedField

def texts(value):
    if isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from texts(item)
    elif isinstance(value, str):
        yield value

found = {}
for model in apps.get_models():
    fields = [field for field in model._meta.get_fields() if isinstance(field, EncryptedField)]
    for row in model._default_manager.all().iterator() if fields else ():
        for field in fields:
            place = f"{model._meta.label}.{field.name}"
            found.setdefault(place, []).extend(texts(getattr(row, field.attname)))
json.dump(found, sys.stdout)
"""


def opened(home: Home) -> dict[str, list[str]]:
    done = subprocess.run(
        [sys.executable, "-c", OPEN_ALL], cwd=ROOT, env=home.variables(), capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def dumped(home: Home) -> str:
    command = [binary("pg_dump"), "-h", str(home.database._socket_folder()), "-U", "postgres", "--inserts", "amanat"]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode()


def forms(value: str) -> set[str]:
    """A value as it would stand in a dump, in lower case: plain, escaped, as bytes; a phone without its country."""
    part = value.removeprefix("+996")
    coded = [base64.b64encode(text.encode()).decode() for text in (value, part)]
    return {form.lower() for form in (part, part.encode().hex(), json.dumps(part)[1:-1], *coded)}


# What files of consents say of everybody is no secret of anybody.
PUBLIC = {title for purpose in PURPOSES for title in (purpose.titles.en, purpose.titles.ru, purpose.titles.ky)}


def telling(values: list[str]) -> set[str]:
    """Values that would give somebody away: numbers, addresses, names; not a town or a yes."""
    phones = {v for v in values if v.startswith("+996")}
    mails = {v for v in values if "@" in v}
    names = {v for v in values if " " in v and v.replace(" ", "").isalpha()} - PUBLIC
    families = {name.split()[0] for name in names if len(name.split()[0]) > 5}
    return phones | mails | names | families


@pytest.fixture(scope="module")
def values(demo_home) -> dict[str, list[str]]:
    return opened(demo_home)


def test_the_keys_open_what_is_looked_for(values):
    assert len([v for v in values["subjects.Identifier.value"] if v.startswith("+996")]) > 300
    assert len([v for v in values["subjects.Identifier.value"] if "@" in v]) > 150
    assert len(telling(values["subjects.PersonalRecord.payload"])) > 300
    assert telling(values["imports.StagedRow.raw"])


def test_a_dump_holds_none_of_it(demo_home, values):
    dump = dumped(demo_home)
    assert "bereke-market" in dump, "the dump has the rows"
    assert dump.count("INSERT INTO public.subjects_identifier ") == len(values["subjects.Identifier.value"])
    sought = set().union(*(telling(found) for found in values.values()))
    assert len(sought) > 700
    lower = dump.lower()
    written = {form for value in sought for form in forms(value) | forms(value.lower())}
    leaked = {form for form in written if form in lower}
    assert len(leaked) == 0, f"{len(leaked)} values of people stand in the dump"


def test_the_search_finds_a_value_that_is_there(demo_home):
    """The test of the test: a name that is no secret is found by the same search."""
    dump = dumped(demo_home).lower()
    assert any(form in dump for form in forms("Береке Маркет"))


def test_neither_journal_nor_stored_files_hold_any_of_it(demo_home, values):
    sought = set().union(*(telling(found) for found in values.values()))
    kept = [path for folder in ("journal", "media") for path in (demo_home.path / folder).rglob("*") if path.is_file()]
    assert {path.parts[len(demo_home.path.parts)] for path in kept} == {"journal", "media"}
    for path in kept:
        content = path.read_bytes()
        assert not any(value.encode() in content for value in sought), path.name
