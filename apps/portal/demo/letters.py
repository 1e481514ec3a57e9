"""The mail of a morning: letters of people, one of a machine, and one that nobody can answer."""

import io
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from apps.core import clock
from apps.portal.demo.people import Person
from apps.support.services.run_mail import hand_in, take_file

_TEXTS = (
    ("Суроо", "Саламатсызбы! Менин номеримди кайсы өнөктөштөр көрөт? Жооп күтөм."),
    ("Мои данные", "Добрый день! Какие данные обо мне вы передаёте партнёрам и на каком основании?"),
)
_AWAY = ("Автоматтык жооп", "Мен эргүүдөмүн, 1-декабрда кайтам.")
_NOBODY = ("Re: упайлар", "Упайлар кайда?")


def take_mail(cast: list[Person], told_at: datetime) -> None:
    """A folder of letters, taken in as a file some hours before the story is told."""
    moment = told_at - timedelta(hours=4)
    writers = [person for person in cast if person.email][: len(_TEXTS)]
    letters = [_letter(person.email, *text, moment) for person, text in zip(writers, _TEXTS, strict=True)]
    away = _letter("away@mail.example", *_AWAY, moment)
    away["Auto-Submitted"] = "auto-replied"
    letters += [away, _letter("nobody", *_NOBODY, moment)]
    folder = b"\n".join(b"From demo Mon Jan  5 09:00:00 2026\n" + letter.as_bytes() + b"\n" for letter in letters)
    with clock.standing_at(moment):
        take_file(run_id=hand_in(actor=None, stream=io.BytesIO(folder)).pk)


def _letter(sender: str, heading: str, text: str, moment: datetime) -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = sender, "support@amanat.example", heading
    letter["Date"] = format_datetime(moment - timedelta(minutes=20))
    letter["Message-ID"] = f"<{len(text)}.{moment:%Y%m%d}@mail.example>"
    letter.set_content(text)
    return letter
