"""Filling in what a message leaves open, as it is kept."""

from dataclasses import replace

from apps.cases.choices import Direction
from apps.cases.composing import Values, language_of, personal_values, values_of
from apps.cases.models import Case
from apps.cases.placeholders import PERSONAL, fill_all, named_in
from apps.cases.services.write import NewMessage


def filled(case: Case, message: NewMessage, **more: str | None) -> NewMessage:
    """What goes to the person with its placeholders filled in, in their language; `more` are values of the moment.

    What they said stays as it was said. Raises NotPossible for a name that is no placeholder, or has no value.
    """
    named = named_in(message.text) | named_in(message.heading)
    if message.direction != Direction.OUT or not named:
        return message
    values: Values = {**values_of(case, language_of(case)), **more}
    if named & PERSONAL:
        values |= personal_values(case)
    return replace(message, text=fill_all(message.text, values), heading=fill_all(message.heading, values))
