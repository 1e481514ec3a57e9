"""Which refusals stand, and which the person has overtaken by asking for the same again: the rule, once, in SQL.

A refusal of a scope (address × channel × purpose × sender) falls when the person asked for exactly that scope after it
and confirmed. Its moment is when it was accepted here. That of a file's row is the end of the day that it names, in
the operator's time: files often know no hour, and what a person refused last must not be lost. Neither the order of
arrival nor a replay changes what follows from the rule.
"""

from django.conf import settings


def _end_of_day(column: str) -> str:
    return f"(date_trunc('day', {column}, '{settings.TIME_ZONE}') + interval '1 day')"


def _asked_for_again(digest: str, scope: str, sender: str, moment: str) -> str:
    """Whether somebody asked for this scope after the moment, and confirmed."""
    return f"""EXISTS (
        SELECT FROM optouts_resubscription r
        WHERE r.digest = {digest} AND r.channel = {scope}.channel AND r.purpose = {scope}.purpose
          AND r.sender = {sender} AND r.asked_at > {moment})"""


_MOMENT = f"""CASE WHEN e.medium = 'file' THEN least({_end_of_day("e.occurred_at")}, e.recorded_at)
    ELSE e.recorded_at END"""

# Whether the event `e` was overtaken.
OVERTAKEN = f"(e.reason = 'refusal' AND {_asked_for_again('e.digest', 'e', 'e.sender', _MOMENT)})"

# Whether the fact `t` in the row `s` of a file was overtaken before the file came. A row without a time speaks of now.
OVERTAKEN_BEFORE = f"""(t.reason = 'refusal'
    AND {_asked_for_again("t.digest", "t", "%(sender)s", _end_of_day("s.occurred_at"))})"""
