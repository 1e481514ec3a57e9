"""Headers of a list, read as RFC 8058 and RFC 2369 write them down; knows nothing of the code that it judges."""

import string

# RFC 3986: what an address is made of.
URI_LETTERS = set(string.ascii_letters + string.digits + "-._~:/?#[]@!$&'()*+,;=%")


class NotRfc8058(Exception):
    """The headers are not those of a one-click message."""


def one_click_address(lines: list[bytes]) -> tuple[str, list[str]]:
    """The https address to POST to, and the mailto ones beside it, from the raw lines of a message's head."""
    fields = unfold(lines)
    listed = only(fields, "list-unsubscribe")
    if only(fields, "list-unsubscribe-post") != "List-Unsubscribe=One-Click":
        raise NotRfc8058("List-Unsubscribe-Post")
    addresses = bracketed(listed)
    secure = [address for address in addresses if address.startswith("https://")]
    mail = [address for address in addresses if address.startswith("mailto:")]
    if len(secure) != 1 or len(secure) + len(mail) != len(addresses):
        raise NotRfc8058("https")
    return secure[0], mail


def unfold(lines: list[bytes]) -> list[tuple[str, str]]:
    """Names and values; a line that begins with a blank belongs to the one before."""
    fields: list[tuple[str, str]] = []
    for line in lines:
        text = line.decode("ascii").rstrip("\r\n")
        if len(text) > 998:
            raise NotRfc8058("a line is too long")
        if not text:
            break
        if text[0] in " \t":
            name, value = fields.pop()
            fields.append((name, value + text))
        else:
            name, _colon, value = text.partition(":")
            fields.append((name.lower(), value))
    return fields


def only(fields: list[tuple[str, str]], name: str) -> str:
    found = [value.strip() for field, value in fields if field == name]
    if len(found) != 1:
        raise NotRfc8058(f"{name} occurs {len(found)} times")
    return found[0]


def bracketed(value: str) -> list[str]:
    """The addresses of `<a>, <b>`, letter by letter: nothing else may stand there."""
    found: list[str] = []
    rest = value
    while rest:
        if not rest.startswith("<") or ">" not in rest:
            raise NotRfc8058("brackets")
        address, _bracket, rest = rest[1:].partition(">")
        if not address or not set(address) <= URI_LETTERS:
            raise NotRfc8058("a letter that no address has")
        found.append(address)
        rest = rest.lstrip(" \t")
        if rest and not rest.startswith(","):
            raise NotRfc8058("no comma")
        rest = rest.removeprefix(",").lstrip(" \t")
    return found
