"""What a value looks like masked, and plain."""

import pytest

from apps.subjects.presenting import mask_value, plain_value


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [
        ("full_name", "Асанова Айгүл Бакытовна кызы", "А•••• А•••• Б••••"),
        ("full_name", "Ли", "••••"),
        ("full_name", "", "••••"),
        ("address", "Чүй проспектиси 12", "••••"),
        ("birth_date", "1990-04-12", "••••"),
        ("points", "1250.00", "••••"),
        ("points", 1250, "••••"),
        ("gender", "female", "••••"),
        ("marketing_consent", "yes", "••••"),
        ("language", "ky", "••••"),
        ("email", "aigul@example.kg", "a•••@e•••.kg"),
        ("list", ["a", "b"], "••••"),
    ],
)
def test_masked(key, value, shown):
    assert mask_value(key, value) == shown


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [
        ("full_name", "Асанова Айгүл", "Асанова Айгүл"),
        ("birth_date", "1990-04-12", "12.04.1990"),
        ("birth_date", "not a date", "not a date"),
        ("birth_date", "1990-99-99", "1990-99-99"),
        ("consent_at", "2026-11-22T10:00:00+00:00", "22.11.2026 16:00"),
        ("points", "20240301", "20240301"),
        ("gender", "female", "female"),
        ("marketing_consent", "no", "no"),
        ("language", "ky", "Kyrgyz"),
    ],
)
def test_plain(key, value, shown):
    assert plain_value(key, value) == shown
