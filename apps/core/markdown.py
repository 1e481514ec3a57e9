"""Markdown as the policy's texts are written in: shown as HTML that can do no harm, or taken apart for comparing.

Rendered by markdown-it-py (CommonMark and tables, no raw HTML), then cleaned by nh3, whatever the first let through.
Pictures are left out: only what they say they show stays.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

TAGS = {
    "a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "h2": {"id"}}
SCHEMES = {"http", "https", "mailto", "tel"}
LOWEST_HEADING = 6
_RULE = "———"


@dataclass(frozen=True)
class Heading:
    """A heading of the first level: the `id` that a link leads to, and its words."""

    id: str
    title: str


@dataclass(frozen=True)
class Block:
    """A paragraph, heading, list item, table row or the like: its `tag`, what a reader reads, how it is written."""

    tag: str
    text: str
    source: str


def _only_words(
    renderer: RendererHTML, tokens: Sequence[Token], idx: int, options: Any, env: Any
) -> str:  # a rule of markdown-it-py's: its parameters
    return escapeHtml(_inline_text(tokens[idx].children or []))


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.add_render_rule("image", _only_words)
    return parser


_PARSER = _parser()


@lru_cache(maxsize=64)  # editions that are published are read often and never change
def render(source: str) -> SafeString:
    """The text as HTML. Its headings begin below the page's own; those of its first level have an id each."""
    tokens = _PARSER.parse(source)
    for heading, (token, _inline) in zip(_headings(tokens), _first_level(tokens), strict=True):
        token.attrSet("id", heading.id)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1:]) + 1, LOWEST_HEADING)}"
    html = _PARSER.renderer.render(tokens, _PARSER.options, {})
    clean = nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener noreferrer")
    return mark_safe(clean)  # noqa: S308  nh3 has cleaned it


def outline(source: str) -> list[Heading]:
    """The headings of the first level, by which a long text is found one's way in."""
    return _headings(_PARSER.parse(source))


def _first_level(tokens: Sequence[Token]) -> list[tuple[Token, Token]]:
    """Each heading of the first level with what stands in it."""
    return [
        (token, tokens[place + 1])
        for place, token in enumerate(tokens)
        if token.type == "heading_open" and token.tag == "h1"
    ]


def _headings(tokens: Sequence[Token]) -> list[Heading]:
    return [
        Heading(f"s{number}", _inline_text(inline.children or []))
        for number, (_token, inline) in enumerate(_first_level(tokens), 1)
    ]


def blocks(source: str) -> list[Block]:
    """The text as the pieces that a reader sees, top to bottom."""
    return list(_Pieces(source).walk())


class _Pieces:
    """Goes through the tokens of a text once, and knows in which list and table row it is."""

    def __init__(self, source: str) -> None:
        self._tokens = _PARSER.parse(source)
        self._lines = source.splitlines()
        self._lists: list[int | None] = []  # the next number of each list one is in; None where it has none
        self._marker = ""
        self._cells: list[str] | None = None

    def walk(self) -> Iterator[Block]:
        for place, token in enumerate(self._tokens):
            self._enter(token)
            if token.type == "inline":
                yield from self._inline(self._tokens[place - 1], token)
            elif token.type == "tr_close":
                yield Block("tr", " | ".join(self._cells or []), " | ".join(self._cells or []))
                self._cells = None
            elif token.type in {"fence", "code_block"}:
                yield Block("pre", token.content.strip(), self._source(token))
            elif token.type == "hr":
                yield Block("hr", _RULE, _RULE)

    def _enter(self, token: Token) -> None:
        if token.type == "ordered_list_open":
            self._lists.append(int(token.attrGet("start") or 1))
        elif token.type == "bullet_list_open":
            self._lists.append(None)
        elif token.type in {"ordered_list_close", "bullet_list_close"}:
            self._lists.pop()
        elif token.type == "list_item_open":
            self._begin_item()
        elif token.type == "tr_open":
            self._cells = []

    def _begin_item(self) -> None:
        number = self._lists[-1]
        self._marker = "• " if number is None else f"{number}. "
        if number is not None:
            self._lists[-1] = number + 1

    def _inline(self, opening: Token, token: Token) -> Iterator[Block]:
        text = _inline_text(token.children or [], with_targets=True)
        if self._cells is not None:
            self._cells.append(text)
            return
        tag = opening.tag if opening.type == "heading_open" else "li" if self._lists else "p"
        yield Block(tag, self._marker + text, self._marker + token.content)
        self._marker = ""

    def _source(self, token: Token) -> str:
        first, last = token.map or (0, 0)
        return "\n".join(self._lines[first:last])


def _inline_text(tokens: Sequence[Token], *, with_targets: bool = False) -> str:
    """The words of a line; `with_targets` names where a link leads unless its words do."""
    parts: list[str] = []
    opened: list[tuple[int, str]] = []
    for token in tokens:
        if token.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
        elif token.type == "image":
            parts.append(_inline_text(token.children or []))
        elif token.type == "link_open":
            opened.append((len(parts), str(token.attrGet("href") or "")))
        elif token.type == "link_close":
            began, target = opened.pop()
            if with_targets and target.removeprefix("mailto:").removeprefix("tel:") != "".join(parts[began:]):
                parts.append(f" ({target})")
        else:
            parts.append(token.content)
    return "".join(parts)
