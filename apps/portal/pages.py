"""Addresses of the desk's pages by name."""

from django.urls import NoReverseMatch, reverse


def address(page: str) -> str:
    """The page's address; empty while its app has no such page."""
    try:
        return reverse(page)
    except NoReverseMatch:
        return ""
