"""Markdown: shown as HTML that can do no harm whatever is written, and taken apart for comparing."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.markdown import ATTRIBUTES, SCHEMES, TAGS, blocks, outline, render

HOSTILE = [
    "<script>alert(1)</script>", "<img src=https://evil.example/x.png onerror=alert(1)>", "<style>*{color:red}</style>",
    "<iframe src='https://evil.example'></iframe>", "<svg/onload=alert(1)>", "<a href=\"javascript:alert(1)\">x</a>",
    "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](java&#10;script:alert(1))", "[x](data:text/html,<b>)",
    "[x](vbscript:x)", "![x](https://evil.example/pixel.png)", "![x](data:image/png;base64,AA)", "![x][1]",
    "[1]: https://evil.example/y.png\n", "<javascript:alert(1)>", "<https://evil.example/\" onmouseover=\"alert(1)>",
    "[x](https://e.example \"t\" onclick=alert(1))", "<!-- -->", "<![CDATA[x]]>", "&lt;script&gt;", "&#60;script&#62;",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>", "<p style='position:fixed'>", "<base href=//e>",
    "`", "```\n", "    ", "> ", "# ", "- ", "1. ", "| a | b |\n|---|---|\n", "**", "~~", "\n\n", "\n",
    "\\", "<", ">", "\"", "'",
    "[", "](", ")", "![", "x", "\x00", "\u202e", "{onload=alert(1)}", "<form action=//e><input name=x>",
    "<meta http-equiv=refresh>",
]  # fmt: skip
_BARE = {"id", "start", "href", "title", "rel"}


class Found(HTMLParser):
    """What an HTML parser takes for elements."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.comments: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_comment(self, data):
        self.comments.append(data)


def assert_harmless(source: str) -> None:
    found = Found(render(source))
    assert found.comments == []
    for tag, attributes in found.elements:
        assert tag in TAGS
        assert attributes.keys() <= ATTRIBUTES.get(tag, set()) | {"rel"}
        assert attributes.keys() <= _BARE
        if "href" in attributes:
            # Browsers pass over blanks and control letters, and take for a scheme what looks like one.
            target = re.sub(r"[\x00-\x20]", "", attributes["href"])
            scheme = re.match(r"[A-Za-z][A-Za-z0-9+.-]*(?=:)", target)
            assert scheme is None or scheme[0].lower() in SCHEMES


def test_the_measure_would_notice_what_is_hostile():
    for html in ("<script>x</script>", "<p style='x'>", "<p onclick='x'>", "<img src='x'>"):
        tags = [(tag, *attributes) for tag, attributes in Found(html).elements]
        assert any(tag not in TAGS or "style" in rest or "onclick" in rest for tag, *rest in tags)


@pytest.mark.parametrize("source", HOSTILE)
def test_each_hostile_text_is_neutralised(source):
    assert_harmless(source)
    assert_harmless(f"words {source} words")
    assert "<script" not in render(source)


@given(st.lists(st.sampled_from(HOSTILE), max_size=12).map("".join))
def test_hostile_texts_put_together_are_neutralised(source):
    assert_harmless(source)
    blocks(source)
    outline(source)


@given(st.text(max_size=200))
def test_any_text_is_harmless_and_can_be_taken_apart(source):
    assert_harmless(source)
    blocks(source)


def test_what_the_policy_needs_is_shown():
    table = "| a | b |\n|---|---|\n| 1 | 2 |"
    lists = "We *use* **data**:\n\n3. first\n4. second"
    html = render(f"# Purposes\n\n{lists}\n\n[Law](https://law.example/73)\n\n{table}")
    for part in ('<h2 id="s1">Purposes</h2>', "<em>use</em>", "<strong>data</strong>", '<ol start="3">', "<td>2</td>"):
        assert part in html
    assert '<a href="https://law.example/73" rel="noopener noreferrer">Law</a>' in html


def test_headings_begin_below_the_page_s_own_and_end_somewhere():
    assert render("# a\n\n## b\n\n###### c") == '<h2 id="s1">a</h2>\n<h3>b</h3>\n<h6>c</h6>\n'
    assert [(heading.id, heading.title) for heading in outline("# a *b*\n\n## c\n\n# d")] == [
        ("s1", "a b"),
        ("s2", "d"),
    ]


def test_of_a_picture_its_words_stay():
    assert render("See ![our *logo*](https://evil.example/x.png).") == "<p>See our logo.</p>\n"


def test_html_is_shown_as_it_is_written_and_not_obeyed():
    assert render("<b>bold</b>") == "<p>&lt;b&gt;bold&lt;/b&gt;</p>\n"


def test_blocks_are_what_a_reader_reads():
    lists, table = "- a\n- b\n\n5. five\n6. six", "| x | y |\n|---|---|\n| 1 | 2 |"
    found = blocks(f"# Title\n\nOne [law](https://e.example/1) and\ntwo.\n\n{lists}\n\n{table}\n\n***")
    assert [(block.tag, block.text) for block in found] == [
        ("h1", "Title"), ("p", "One law (https://e.example/1) and two."), ("li", "• a"), ("li", "• b"),
        ("li", "5. five"), ("li", "6. six"), ("tr", "x | y"), ("tr", "1 | 2"), ("hr", "———"),
    ]  # fmt: skip


def test_a_link_that_names_its_target_is_not_named_twice():
    assert (
        blocks("<https://e.example/1> [a@e.example](mailto:a@e.example)")[0].text == "https://e.example/1 a@e.example"
    )
