"""A file's figures as pictures that say the same as a table."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from apps.imports.choices import Status
from apps.imports.models import Batch
from apps.imports.picture import pictures, share, times, took

FIGURES = {"rows": 1_000_000, "new": 999_000, "refused": 600, "skipped": 400, "warnings": 70}
REASONS = {
    "refused:phone-destroyed": 150, "refused:cells": 450, "skipped:left": 400,
    "warning:birth_date:malformed": 40, "warning:birth_date:future": 5, "warning:email:taken": 25,
}  # fmt: skip


@pytest.fixture
def done(partner) -> Batch:
    return Batch.objects.create(
        partner=partner, kind="members", status=Status.DONE, figures=FIGURES, reasons=REASONS, rows_total=1_000_000,
        rows_done=1_000_000, seconds={"looking": 5.2, "reading": 30.0, "judging": 14.8, "merging": 75.0},
    )  # fmt: skip


def test_bars_are_sorted_and_as_long_as_their_rows(done):
    shown = pictures(done)
    assert [(bar.title, bar.count, bar.share) for bar in shown.verdicts] == [
        ("New", 999_000, "99.9\xa0%"), ("Refused", 600, "<\xa00.1\xa0%"), ("Skipped", 400, "<\xa00.1\xa0%"),
    ]  # fmt: skip
    assert [(bar.count, bar.width, bar.colour) for bar in shown.reasons] == [
        (450, 100, "refused"), (400, 88.89, "skipped"), (150, 33.33, "refused"),
    ]  # fmt: skip
    assert [(bar.title, bar.count, bar.note) for bar in shown.warnings] == [
        ("birth date", 45, "not a valid value: 40 · lies in the future: 5"),
        ("email", 25, "belongs to somebody else: 25"),
    ]


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(0, 10, "0"), (1, 3, "33.3"), (3, 3, "100"), (1, 10_000, "<\xa00.1"), (9_999, 10_000, ">\xa099.9"), (0, 0, "0")],
)
def test_a_share_never_says_nothing_or_all_where_it_is_not(part, whole, said):
    assert share(part, whole) == f"{said}\xa0%"


def test_how_long_it_took(done):
    assert times(done) == [
        ("Read in", "50 s · 20\xa0000 rows a second"),
        ("Merged in", "1 min 15 s · 13\xa0333 rows a second"),
        ("Together", "2 min 5 s · 8\xa0000 rows a second"),
    ]
    assert took(done) == "2 min 5 s"
    assert (times(Batch()), took(Batch())) == ([], "")


def test_a_merge_that_was_stopped_shows_what_is_in(done):
    done.status, done.rows_done = Status.STOPPED, 20_000
    done.tally = {"figures": {"rows": 20_000, "new": 20_000}, "reasons": {}}
    assert [(bar.title, bar.count) for bar in pictures(done).verdicts] == [("New", 20_000)]
    done.rows_done, done.tally = 0, {}
    assert pictures(done).rows == 1_000_000


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["What was done", "1\xa0000\xa0000", "Rows by reason", "Values left out, by column", "Share of all"]),
        ("ru", ["Что сделано", "1\xa0000\xa0000", "Строки по причинам", "Невзятые значения по столбцам"]),
        ("ky", ["Эмне кылынды", "1\xa0000\xa0000", "Саптар себептери боюнча", "Алынбай калган маанилер, мамычалар"]),
    ],
)  # fmt: skip
def test_the_page_shows_them_in_three_languages(desk, officer, done, language, words):
    type(officer).objects.filter(pk=officer.pk).update(language=language)
    with override(language):
        html = desk.get(reverse("admin:imports_batch_change", args=[done.pk])).content.decode()
    for word in words:
        assert word in html, word


def test_the_list_has_the_figures(desk, done):
    html = desk.get(reverse("admin:imports_batch_changelist")).content.decode()
    for figure in ("1\xa0000\xa0000<", "new: 999\xa0000<", "refused: 600<", "warnings: 70<", "2 min 5 s<"):
        assert figure in html
