"""Counting consents into the small table of figures. A day can be counted as often as one likes, with the same result.

What is in force today is read off the states, once over all of them; what was in force at the end of a day that is over
follows from the ledger, by all that is known now. Acts are those recorded on the day, found by the index on that time.
Days about which something came to be known after they were counted are counted anew, a few at a time.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.utils.timezone import localtime
from psycopg import sql

from apps.consents.choices import CHANNELS, EVERY_CHANNEL, REFUSING, Measure
from apps.consents.models import ConsentFigure
from apps.consents.services.as_of import states_of
from apps.consents.services.widenings import Widening, widenings
from apps.core import clock
from apps.core.periods import midnight
from apps.policies.registry import PURPOSES

# Days that nobody counted, because no worker ran: so many of them are made up for by themselves.
MOST_MISSED = 7
# Days that are counted anew in one go: each is a pass over the ledger. The others wait for the next time.
MOST_ANEW = 7
# By so much later than the moment that it bears an event may be committed.
SLACK = timedelta(minutes=10)

# Of what was recorded since: the earliest moment about which it says anything new, and when the last was recorded.
_LATE = """
    SELECT min(t.about), max(t.recorded_at) FROM (
        SELECT LEAST(e.occurred_at, c.occurred_at) AS about, e.recorded_at
        FROM consents_consentevent e LEFT JOIN consents_consentevent c ON c.id = e.corrects_id
        WHERE e.recorded_at >= %(since)s) AS t
    WHERE t.about < %(today)s"""

_TODAY = sql.SQL("WITH standing AS (SELECT * FROM consents_consentstate)")
_THEN = sql.SQL("""
    WITH asked (subject_id) AS (
        SELECT DISTINCT subject_id FROM consents_consentevent WHERE occurred_at <= {at}
    ), {states}, standing AS (SELECT * FROM states)""")
# A consent of every channel holds for each that the person did not speak of apart: `named` has a bit for those.
_SPREAD = sql.SQL("""
    , held AS (
        SELECT s.subject_id, s.purpose, s.channel, s.state, s.since, s.edition_id,
               s.state = 'given' AND (s.expires_at IS NULL OR s.expires_at > {at}) AS holds,
               bit_or(CASE s.channel {bits} ELSE 0 END) OVER (PARTITION BY s.subject_id, s.purpose) AS named
        FROM standing s WHERE s.purpose = ANY({purposes})
    ), somehow AS (
        SELECT DISTINCT ON (subject_id, purpose) subject_id, purpose, ''::varchar AS place, state, since, edition_id,
               holds
        FROM held ORDER BY subject_id, purpose, holds DESC, since
    ), places AS (
        SELECT h.subject_id, h.purpose, c.channel::varchar AS place, h.state, h.since, h.edition_id, h.holds
        FROM held h JOIN LATERAL (VALUES {channels}) AS c(channel, bit)
            ON h.channel = c.channel OR (h.channel = '' AND h.named & c.bit = 0)
        WHERE h.purpose = ANY({advertising})
        UNION ALL SELECT * FROM somehow
    )""")
_INSERT = sql.SQL("""
    INSERT INTO consents_consentfigure (day, measure, purpose, channel, medium, edition_id, number, counted_at) """)
_IN_FORCE = sql.SQL("""
    SELECT {day}, 'in-force', purpose, place, '', edition_id, count(*), {now}
    FROM places WHERE holds GROUP BY purpose, place, edition_id""")
_ACTS = sql.SQL("""
    SELECT {day}, e.state, e.purpose, e.channel, e.medium, e.edition_id, count(*), {now}
    FROM consents_consentevent e
    WHERE e.counts AND e.recorded_at >= {since} AND e.recorded_at < {end}
    GROUP BY e.state, e.purpose, e.channel, e.medium, e.edition_id""")
# Of those who had agreed before: who was asked, who has not answered, who agreed again, who refused since.
_ANSWERS = sql.SQL("""
    , invited AS (
        SELECT DISTINCT e.subject_id, c.channel AS place
        FROM consents_consentevent e
        JOIN (VALUES {places}) AS c(channel) ON c.channel = '' OR e.channel IN ('', c.channel)
        WHERE e.purpose = ANY({purposes}) AND e.counts AND e.state = 'requested' AND e.edition_id = ANY({heeding})
          AND e.occurred_at <= {at}
    ), before AS (
        SELECT DISTINCT e.subject_id FROM consents_consentevent e
        WHERE e.purpose = ANY({purposes}) AND e.counts AND e.state = 'given' AND e.occurred_at <= {at}
          AND (e.edition_id IS NULL OR e.edition_id = ANY({earlier}))
    ), answers AS (
        SELECT place, 'agreed' AS measure FROM places JOIN before USING (subject_id)
        WHERE holds AND edition_id = ANY({heeding})
        UNION ALL
        SELECT place, 'waiting' FROM places JOIN invited USING (subject_id, place)
        WHERE holds AND (edition_id IS NULL OR edition_id = ANY({earlier}))
        UNION ALL
        SELECT place, 'turned-down' FROM places JOIN before USING (subject_id)
        WHERE NOT holds AND state = ANY({refusing}) AND since >= {published}
        UNION ALL SELECT place, 'asked' FROM invited
    )""")
_COUNT_ANSWERS = sql.SQL("""
    SELECT {day}, measure, {purpose}, place, '', {edition}, count(*), {now} FROM answers GROUP BY measure, place""")


def count_consents() -> None:
    """Bring the figures up to date: today's, those of days that have ended, and some of which more is known."""
    today, newest = clock.today(), ConsentFigure.objects.newest()
    first = max(newest.day, today - timedelta(days=MOST_MISSED)) if newest else today
    if newest:
        _mark_late(newest.counted_at - SLACK, first)
    for days in range((today - first).days + 1):
        count_day(first + timedelta(days=days))
    for day in ConsentFigure.objects.known_better()[:MOST_ANEW]:
        count_day(day)


def _mark_late(since: datetime, first: date) -> None:
    """Mark counted days before `first` about which something was recorded since: a partner's old file, a correction."""
    with connection.cursor() as cursor:
        cursor.execute(_LATE, {"since": since, "today": midnight(clock.today())})
        about, recorded = cursor.fetchone()
    if about is None:
        return
    ConsentFigure.objects.filter(
        measure=Measure.COUNTED, day__gte=localtime(about).date(), day__lt=first, counted_at__lte=recorded + SLACK
    ).update(number=1)


@transaction.atomic
def count_day(day: date) -> None:
    """Count one day anew; today as it is by now."""
    now, since, end = clock.now(), midnight(day), midnight(day + timedelta(days=1))
    at = min(end, now)
    base = _TODAY if end > now else _THEN.format(at=sql.Literal(at), states=states_of(at=at))
    about = {"day": sql.Literal(day), "now": sql.Literal(now)}
    statements = [
        base + _spread(at, [purpose.code for purpose in PURPOSES]) + _INSERT + _IN_FORCE.format(**about),
        _INSERT + _ACTS.format(**about, since=sql.Literal(since), end=sql.Literal(end)),
        *(base + _answers(found, at) + _INSERT + _answer_counts(found, about) for found in widenings(at)),
    ]
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE consents_consentfigure IN SHARE ROW EXCLUSIVE MODE")  # one counts at a time
        cursor.execute("DELETE FROM consents_consentfigure WHERE day = %s", [day])
        for statement in statements:
            cursor.execute(statement)
    ConsentFigure.objects.create(day=day, measure=Measure.COUNTED, counted_at=now)


def _spread(at: datetime, purposes: list[str]) -> sql.Composed:
    bits = [(sql.Literal(channel.value), sql.Literal(1 << number)) for number, channel in enumerate(CHANNELS)]
    return _SPREAD.format(
        at=sql.Literal(at),
        purposes=sql.Literal(purposes),
        advertising=sql.Literal([purpose.code for purpose in PURPOSES if purpose.advertising]),
        bits=sql.SQL(" ").join(sql.SQL("WHEN {} THEN {}").format(*pair) for pair in bits),
        channels=sql.SQL(", ").join(sql.SQL("({}, {})").format(*pair) for pair in bits),
    )


def _answers(widening: Widening, at: datetime) -> sql.Composed:
    by_channel = any(purpose.code == widening.purpose and purpose.advertising for purpose in PURPOSES)
    places = [EVERY_CHANNEL, *(channel.value for channel in CHANNELS if by_channel)]
    return _spread(at, [widening.purpose]) + _ANSWERS.format(
        at=sql.Literal(at),
        purposes=sql.Literal([widening.purpose]),
        places=sql.SQL(", ").join(sql.SQL("({})").format(sql.Literal(place)) for place in places),
        heeding=_keys(widening.heeding()),
        earlier=_keys(widening.earlier()),
        refusing=sql.Literal([state.value for state in REFUSING]),
        published=sql.Literal(widening.edition.published_at),
    )


def _answer_counts(widening: Widening, about: Mapping[str, sql.Composable]) -> sql.Composed:
    return _COUNT_ANSWERS.format(
        **about, purpose=sql.Literal(widening.purpose), edition=sql.Literal(widening.edition.pk)
    )  # fmt: skip


def _keys(keys: list[int]) -> sql.Composed:
    return sql.SQL("{}::bigint[]").format(sql.Literal(keys))
