"""The sample list beside the project gives what its description says, after the imports of that description."""

import pytest

from tests.imports.test_samples import EXPECTED

pytestmark = pytest.mark.usefixtures("partner", "alatoo")


def test_the_sample_list_gives_what_its_description_says(sample, import_file, scrub):
    for name, partner, kind, _expected in EXPECTED:
        import_file(sample(name), partner, kind)
    content = sample("campaign-recipients.csv").read_bytes()
    lines = content.splitlines(keepends=True)
    result = scrub(content, channel="sms")
    assert {key: result[key] for key in ("kept", "removed", "invalid", "rows")} == {
        "kept": 2, "removed": 3, "invalid": 1, "rows": 6,
    }  # fmt: skip
    assert result["kept_file"] == lines[0] + lines[3] + lines[5]
    removed = result["removed_file"].decode().splitlines()
    assert [line[0] for line in removed[1:]] == ["1", "2", "4"]
    assert [line.split(",")[3] for line in removed] == ["reason_code", "refusal", "refusal", "refusal"]
    invalid = result["invalid_file"].decode().splitlines()
    assert invalid[1:] == [lines[6].decode().strip() + ",malformed,The address can't be right"]
