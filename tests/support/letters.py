"""Letters for tests, as mail programs write them."""

from email.message import EmailMessage

FROM = "aigul@mail.example"


def letter(
    text: str = "Мен жөнүндө эмне билесиз?", *, sender: str = f"Айгүл <{FROM}>", subject: str = "Суроо",
    message_id: str = "<one@mail.example>", **headers: str,
) -> EmailMessage:  # fmt: skip
    """A plain letter; further headers are given with `_` for `-`."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "support@amanat.example", subject
    if message_id:
        message["Message-ID"] = message_id
    message["Date"] = "Wed, 29 Apr 2026 10:00:00 +0600"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def raw(body: bytes, kind: str = "text/plain; charset=utf-8", **headers: str) -> bytes:
    """A letter whose body is exactly these bytes, whatever is said of them."""
    lines = [f"From: {FROM}", "Subject: x", "Message-ID: <raw@mail.example>", f"Content-Type: {kind}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "Content-Transfer-Encoding: 8bit", "", ""]).encode() + body


def mbox(*letters: EmailMessage) -> bytes:
    """A folder of letters, as mail programs save it."""
    written = []
    for message in letters:
        lines = message.as_bytes().split(b"\n")
        quoted = [b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in lines]
        written.append(b"From somebody Wed Apr 29 10:00:00 2026\n" + b"\n".join(quoted) + b"\n")
    return b"\n".join(written)
