"""Keeping the words that people agreed to, each once."""

import hashlib

from apps.consents.models import Wording


def wording_of(text: str, language: str = "") -> Wording | None:
    """The wording with this text, kept when nobody has seen it yet; None for no text."""
    words = text.strip().replace("\r\n", "\n")
    if not words:
        return None
    digest = hashlib.sha256(f"{language}\0{words}".encode()).digest()
    Wording.objects.bulk_create([Wording(digest=digest, language=language, text=words)], ignore_conflicts=True)
    return Wording.objects.get(digest=digest)
