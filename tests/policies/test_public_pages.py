"""What everybody may read: each edition at its address, its history, what it changed; three languages, no cookie."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import clock
from tests.factories import PolicyDocumentFactory, PolicyEditionFactory, published_edition

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def editions():
    """Edition 1 is over, 2 is in force, 3 awaits its day, 4 is a draft."""
    now = clock.now()
    first = published_edition(now - 30 * DAY)
    second = published_edition(
        now - 5 * DAY, number=2, text_en="# General provisions\n\nText of the policy number 2, wider.",
        references="Digital Code, Art. 79",
    )  # fmt: skip
    third = published_edition(now - DAY, number=3, effective_at=now + 10 * DAY)
    PolicyEditionFactory(number=4, text_en="Secret plans", document=first.document)
    return first, second, third


def get(name, *args, language="en", **headers):
    return Client().get(f"{reverse(name, args=args)}?lang={language}", headers=headers)


def text(name, *args, language="en"):
    answer = get(name, *args, language=language)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_first_page_names_what_is_in_force(editions):
    html = text("policy")
    assert "Privacy policy" in html
    assert "Edition 2, in force since" in html
    assert reverse("policy_document", args=["privacy"]) in html


def test_before_anything_is_published_it_says_so():
    assert "No policy is in force here yet." in text("policy")
    PolicyEditionFactory()
    assert "No policy is in force here yet." in text("policy")
    assert get("policy_document", "privacy").status_code == 404


def test_the_document_s_address_leads_to_the_edition_in_force(editions):
    html = text("policy_document", "privacy")
    assert "Text of the policy number 2, wider." in html
    assert "Digital Code, Art. 79" in html
    assert "Edition 3 comes into force on" in html
    assert "no longer in force" not in html


@pytest.mark.parametrize(
    ("number", "notice"),
    [(1, "This edition is no longer in force."), (2, "In force since"), (3, "This edition is not in force yet.")],
)
def test_each_edition_has_its_own_address_and_says_how_it_stands(editions, number, notice):
    html = text("policy_edition", "privacy", number)
    assert f"Text of the policy number {number}" in html
    assert notice in html
    assert ("In force now: edition 2" in html) == (number != 2)


@pytest.mark.parametrize("place", [("privacy", 4), ("privacy", 9), ("privacy", 10**30), ("other", 1)])
def test_drafts_and_what_is_not_there_are_not_found(editions, place):
    for name in ("policy_edition", "policy_changes"):
        answer = get(name, *place)
        assert answer.status_code == 404
        assert "Secret plans" not in answer.content.decode()


def test_the_history_has_every_published_edition_with_what_changed(editions):
    html = text("policy_history", "privacy")
    assert html.index("Edition 3") < html.index("Edition 2") < html.index("Edition 1")
    assert "Summary 2" in html
    assert "The first edition." in html
    assert "Edition 4" not in html


def test_an_edition_stands_beside_the_one_before(editions):
    html = text("policy_changes", "privacy", 2)
    assert "<del>1.</del>" in html
    assert "<ins>2, wider.</ins>" in html
    first = get("policy_changes", "privacy", 1)
    assert first["Location"] == f"{reverse('policy_edition', args=['privacy', 1])}?lang=en"


@pytest.mark.parametrize(
    ("language", "title", "words"),
    [
        ("ky", "Купуялуулук саясаты", "Саясаттын 2-тексти."),
        ("ru", "Политика конфиденциальности", "Текст политики номер 2."),
        ("en", "Privacy policy", "Text of the policy number 2, wider."),
    ],
)
def test_in_three_languages(editions, language, title, words):
    answer = get("policy_document", "privacy", language=language)
    html = answer.content.decode()
    assert f'<html lang="{language}">' in html
    assert title in html
    assert words in html
    assert answer.headers["Content-Language"] == language
    by_browser = Client().get(reverse("policy_document", args=["privacy"]), headers={"accept-language": language})
    assert by_browser.content.decode() == html


def test_a_text_that_is_not_there_is_shown_in_kyrgyz_and_marked_so(editions):
    published_edition(clock.now() + 20 * DAY, number=5, text_ru="")
    html = text("policy_edition", "privacy", 5, language="ru")
    assert '<article class="prose" lang="ky">' in html
    assert "Саясаттын 5-тексти." in html


PLACES = [
    ("policy",), ("policy_document", "privacy"), ("policy_edition", "privacy", 1), ("policy_history", "privacy"),
    ("policy_changes", "privacy", 2), ("contacts",),
]  # fmt: skip


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place[0])
def test_no_cookie_and_headers_that_let_it_be_kept_for_a_while(editions, place):
    client = Client()
    client.cookies["sessionid"] = "somebody's"
    answer = client.get(reverse(place[0], args=place[1:]))
    assert answer.status_code == 200
    assert not answer.cookies
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.headers["Vary"] == "Accept-Language"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    again = client.get(reverse(place[0], args=place[1:]), headers={"if-none-match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.head(reverse(place[0], args=place[1:])).status_code == 200
    assert client.post(reverse(place[0], args=place[1:])).status_code == 405


def test_it_is_kept_no_longer_than_until_the_next_edition_is_in_force(editions):
    _first, _second, third = editions
    with clock.standing_at(third.effective_at - timedelta(seconds=90)):
        assert get("policy_document", "privacy").headers["Cache-Control"] == "public, max-age=90"
        assert "number 2, wider" in text("policy_document", "privacy")
    with clock.standing_at(third.effective_at):
        assert "number 3" in text("policy_document", "privacy")
        assert "This edition is no longer in force." in text("policy_edition", "privacy", 2)


def test_what_is_hostile_in_a_text_is_neutralised_on_its_page():
    hostile = (
        "<script>alert(1)</script> ![x](https://evil.example/pixel) <p style='color:red'> [y](javascript:alert(1))"
    )
    published_edition(clock.now(), text_en=hostile, summary_en="<script>alert(2)</script>")
    published_edition(clock.now(), number=2, text_en="Nothing", summary_en="<script>alert(2)</script>")
    for place in (("policy_edition", "privacy", 1), ("policy_history", "privacy"), ("policy_changes", "privacy", 2)):
        html = text(*place)
        assert "<script" not in html
        assert "<img" not in html
        assert "<p style" not in html
        assert 'href="javascript' not in html
    assert "&lt;script&gt;alert(1)" in text("policy_edition", "privacy", 1)


def test_documents_stand_in_their_order():
    published_edition(clock.now(), document=PolicyDocumentFactory(code="b", title_en="Second", position=2))
    published_edition(clock.now(), document=PolicyDocumentFactory(code="c", title_en="First", position=1))
    html = text("policy")
    assert html.index("First") < html.index("Second")


def test_few_queries_however_many_editions(editions, django_assert_max_num_queries):
    for number in range(5, 25):
        published_edition(clock.now() + number * DAY, number=number)
    for place in PLACES:
        with django_assert_max_num_queries(6):
            get(*place)
