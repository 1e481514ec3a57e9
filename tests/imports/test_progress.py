"""How far a file is: told from its checkpoints, honest where nobody can know."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils.translation import override

from apps.core import clock
from apps.imports.choices import Phase, Status
from apps.imports.models import Batch
from apps.imports.progress import PATIENCE, Progress, told
from apps.imports.services import judging, progressing
from apps.imports.services.deciding import confirm
from apps.imports.services.merging import merge_batch
from apps.imports.services.progressing import begin, mark
from tests.imports.test_decide import taken_in
from tests.imports.test_merge import _members

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def at(seconds: float):
    return clock.standing_at(NOON + timedelta(seconds=seconds))


@pytest.fixture
def merging_batch() -> Batch:
    """Three checkpoints of 10,000 rows, two seconds apart, of a million."""
    batch = Batch(status=Status.MERGING, rows_total=1_000_000, figures={"rows": 1_000_000})
    with at(0):
        begin(batch, Phase.MERGING)
    for number in (1, 2, 3):
        with at(2 * number):
            batch.rows_done = 10_000 * number
            mark(batch)
    return batch


def test_rows_rate_and_time_left(merging_batch):
    with at(6):
        progress = Progress(merging_batch)
        assert (progress.percent, progress.rows) == (3, "30\xa0000 of 1\xa0000\xa0000 rows")
        assert (progress.rate, progress.left) == ("5\xa0000 rows a second", "about 3 min 14 s left")
        assert (progress.elapsed, progress.quiet) == ("6 s", "")
        assert told(merging_batch) == "3\xa0% · 30\xa0000 of 1\xa0000\xa0000 rows"


@pytest.mark.parametrize(
    ("language", "rows"),
    [("ru", "30\xa0000 из 1\xa0000\xa0000 строк"), ("ky", "1\xa0000\xa0000 саптын ичинен 30\xa0000 даяр")],
)  # fmt: skip
def test_numbers_are_grouped_in_every_language(merging_batch, language, rows):
    with override(language):
        assert Progress(merging_batch).rows == rows


def test_the_rate_falls_when_no_checkpoint_comes_and_then_that_is_said(merging_batch):
    with at(6 + PATIENCE):
        assert Progress(merging_batch).rate == "5\xa0000 rows a second"
    with at(22 + PATIENCE):
        assert Progress(merging_batch).rate == "1\xa0000 rows a second"
        assert Progress(merging_batch).quiet == ""
    with at(96):
        assert Progress(merging_batch).quiet == "1 min 30 s"


def test_only_the_last_checkpoints_count_for_the_rate(merging_batch):
    for number in range(1, progressing.MARKS + 1):
        with at(6 + number):
            merging_batch.rows_done += 100
            mark(merging_batch)
    with at(6 + progressing.MARKS):
        assert Progress(merging_batch).rate == "100 rows a second"
        assert merging_batch.seconds == {"merging": 6 + progressing.MARKS}


def test_while_reading_it_goes_by_bytes_and_claims_no_total():
    batch = Batch(status=Status.READING, size=4_000)
    with at(0):
        begin(batch, Phase.READING)
    with at(2):
        batch.rows_done, batch.bytes_done = 50, 1_000
        mark(batch)
        progress = Progress(batch)
        assert (progress.percent, progress.rows, progress.left) == (25, "50 rows", "about 6 s left")
        batch.bytes_total = 2_000  # a workbook's CSV
        assert Progress(batch).percent == 50


@pytest.mark.parametrize("phase", [Phase.WAITING, Phase.LOOKING, Phase.JUDGING])
def test_where_nothing_is_counted_nothing_is_claimed(phase):
    batch = Batch(status=Status.READING, phase=phase, size=10, marks=[[1, 0, 0], [2, 5, 5]])
    progress = Progress(batch)
    assert (progress.percent, progress.share, progress.rate, progress.left) == (None, "", "", "")
    assert told(batch) == str(phase.label)


def test_the_steps_say_where_it_is():
    batch = Batch(status=Status.READING, phase=Phase.READING)
    assert [step.when for step in Progress(batch).steps] == ["past", "past", "now", "next"]
    batch = Batch(status=Status.MERGING, phase=Phase.MERGING)
    assert [step.when for step in Progress(batch).steps] == ["past", "now"]


def test_a_real_merge_leaves_its_marks_and_its_times(partner, monkeypatch):
    monkeypatch.setattr(judging, "CHUNK_ROWS", 7)
    batch = taken_in(partner, _members(0, 30))
    assert set(batch.seconds) == {"looking", "reading", "judging"}
    batch = merge_batch(batch_id=confirm(actor=None, batch_id=batch.pk).pk)
    assert [rows for _at, rows, _bytes in batch.marks] == [0, 7, 14, 21, 28, 30, 30]
    assert set(batch.seconds) == {"looking", "reading", "judging", "merging"}


def test_looking_at_progress_is_one_question_about_one_row(desk, partner, django_assert_max_num_queries):
    batch = taken_in(partner)
    Batch.objects.filter(pk=batch.pk).update(status=Status.MERGING, phase=Phase.MERGING, rows_done=5)
    url = reverse("admin:imports_batch_progress", args=[batch.pk])
    with django_assert_max_num_queries(5) as seen:
        assert desk.get(url).status_code == 200
    (asked,) = [query["sql"] for query in seen.captured_queries if "imports_batch" in query["sql"]]
    assert "preview" not in asked
    assert "imports_stagedrow" not in asked


def test_the_list_asks_for_those_that_move(desk, partner):
    busy, ready = taken_in(partner, "phone\n0555123401\n"), taken_in(partner)
    Batch.objects.filter(pk=busy.pk).update(status=Status.MERGING, phase=Phase.MERGING, rows_done=0)
    page = desk.get(reverse("admin:imports_batch_changelist")).content.decode()
    assert f'data-moving="{busy.pk}"' in page
    assert f'data-moving="{ready.pk}"' not in page
    url = reverse("admin:imports_batch_moving")
    said = desk.get(url, {"batch": [busy.pk, ready.pk, "x", "9" * 30, 4711]}).json()
    assert said == {str(busy.pk): {"percent": 0, "text": "0\xa0% · 0 of 1 rows"}}
    assert desk.get(url).json() == {}
