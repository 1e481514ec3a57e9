"""Links of ours in what a message carries: found wherever somebody wrapped them, and compared with what we mint."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from django.conf import settings

from apps.optouts.services.links import Link, unseal
from apps.optouts.services.sealing import MAX_TOKEN_LENGTH, BadToken

_TOKEN = re.compile(rf"/u/([A-Za-z0-9_-]{{20,{MAX_TOKEN_LENGTH}}})")
_LANGUAGE = re.compile(r"https?://[^/]+/(?:ky|kg|ru|en|kk|uz|tr|de|fr)(?:[-_][a-z]{2})?/", re.IGNORECASE)
_WRAPPED = 3  # times that a click counter may have encoded an address into its own


@dataclass(frozen=True)
class Ours:
    """A link that a key of ours verifies, and its exact address."""

    link: Link
    exact: str


def find_ours(uri: str) -> Ours | None:
    """The link of ours in a URI, if there is one."""
    for _time in range(_WRAPPED):
        for match in _TOKEN.finditer(uri):
            try:
                return Ours(unseal(match[1]), f"{settings.PUBLIC_BASE_URL}/u/{match[1]}")
            except BadToken:
                continue
        uri = unquote(uri, errors="ignore")
    return None


def is_on_our_host(uri: str) -> bool:
    """Whether it claims to be an address of this installation."""
    return uri.lower().startswith(f"{settings.PUBLIC_BASE_URL.lower()}/")


def language_prefix(uri: str) -> bool:
    """Whether the path begins with a language, as sites do that redirect by language."""
    return bool(_LANGUAGE.match(uri))


def deviation(uri: str, exact: str) -> str:
    """In what a URI differs from the exact address that it leads to: a code, empty when in nothing."""
    if uri == exact:
        return ""
    host, bare = exact.partition("/u/")[0], re.split(r"[?#]", uri)[0]
    if not bare.lower().startswith(f"{host.lower()}/"):
        return "not-https" if bare.partition("://")[2] == exact.partition("://")[2] else "other-host"
    if bare == exact:
        return "appended"
    if bare.rstrip("/") == exact:
        return "trailing-slash"
    return "language-prefix" if language_prefix(uri) else "not-exact"
