"""Recording what many people permitted, refused or took back, as a file tells it. No statement is run per row."""

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from psycopg import sql

from apps.accounts.models import User
from apps.audit.services import record
from apps.consents import actions
from apps.consents.choices import REFUSING, Medium
from apps.consents.models import ConsentEvent
from apps.consents.services.announcing import announce_ends
from apps.consents.services.enforce import RESTS_ON, destroy_unpermitted_of_many
from apps.consents.services.falling import let_all_fall
from apps.consents.services.refresh import refresh_states
from apps.core import clock
from apps.policies.registry import PURPOSES

_STAGE = sql.SQL("""
    CREATE TEMP TABLE arriving_consents ON COMMIT DROP AS
    SELECT r.subject_id::bigint, r.purpose::varchar, r.channel::varchar, r.state::varchar, r.occurred_at::timestamptz,
           r.expires_at::timestamptz, r.edition_id::bigint, r.language::varchar, r.wording_id::bigint, r.row::int,
           r.subject_id IN ({newcomers}) AS newcomer
    FROM ({rows}) r""")
_NOBODY = sql.SQL("SELECT NULL::bigint WHERE false")
_HOLD = """
    SELECT id FROM subjects_subject WHERE id IN (SELECT subject_id FROM arriving_consents WHERE NOT newcomer)
    ORDER BY id FOR NO KEY UPDATE"""
# Event `e` is no correction, and is still said. What undoing its file took back may be told again; not so what an
# officer found to be wrong.
STILL_SAID = sql.SQL("""(e.corrects_id IS NULL AND (e.counts OR NOT EXISTS (
    SELECT FROM consents_consentevent c WHERE c.corrects_id = e.id AND c.batch = e.batch)))""")
# Looked up row by row through the index (OFFSET 0 keeps the planner from anything else), however old statistics are.
_KNOWN = sql.SQL("""EXISTS (
    SELECT FROM consents_consentevent e
    WHERE e.subject_id = {act}.subject_id AND e.purpose = {act}.purpose AND e.occurred_at = {act}.occurred_at
      AND e.channel = {act}.channel AND e.state = {act}.state AND e.partner_id IS NOT DISTINCT FROM %(partner)s
      AND {still_said} OFFSET 0)""")


def known(act: str) -> sql.Composed:
    """A condition: the ledger has the act of this alias already, from the partner in parameter `partner`. Each once:
    the same person, purpose, channel, state, moment and partner.
    """
    return _KNOWN.format(act=sql.Identifier(act), still_said=STILL_SAID)


# What is news. `alone`: nothing else is known of this person about this purpose, until something of it falls.
_CHOOSE = sql.SQL("""
    CREATE TEMP TABLE added_consents ON COMMIT DROP AS
    SELECT nextval('consents_consentevent_id_seq') AS id, n.* FROM (
        SELECT DISTINCT ON (a.subject_id, a.purpose, a.channel, a.state, a.occurred_at) a.*,
               a.newcomer AND count(*) OVER (PARTITION BY a.subject_id, a.purpose) = 1 AS alone
        FROM arriving_consents a
        WHERE a.occurred_at <= %(now)s AND (a.newcomer OR NOT {known})
        ORDER BY a.subject_id, a.purpose, a.channel, a.state, a.occurred_at, a.expires_at, a.row
    ) n""").format(known=known("a"))
_ADD = """
    INSERT INTO consents_consentevent (id, subject_id, purpose, channel, state, occurred_at, recorded_at, expires_at,
                                       edition_id, language, wording_id, medium, actor_id, partner_id, batch, row)
    SELECT id, subject_id, purpose, channel, state, occurred_at, %(now)s, expires_at, edition_id, language, wording_id,
           %(medium)s, %(actor)s, %(partner)s, %(batch)s, row
    FROM added_consents"""
# Who said one thing only is in that state.
_STATES_OF_NEWCOMERS = """
    INSERT INTO consents_consentstate (subject_id, purpose, channel, state, since, expires_at, event_id, edition_id)
    SELECT subject_id, purpose, channel, state, occurred_at, expires_at, id, edition_id FROM added_consents WHERE alone
"""
_COUNT = """
    SELECT (SELECT count(*) FROM arriving_consents), (SELECT count(*) FROM added_consents),
           (SELECT count(*) FROM arriving_consents WHERE occurred_at > %(now)s),
           (SELECT count(DISTINCT subject_id) FROM added_consents),
           ARRAY(SELECT DISTINCT purpose FROM added_consents)"""
# What newcomers have agreed to is among what was added.
_FALLS = sql.SQL("""
    SELECT a.subject_id, t.topic AS purpose, a.channel, {medium} AS medium, a.occurred_at, '' AS campaign
    FROM added_consents a JOIN (VALUES {topics}) AS t(purpose, topic) ON t.purpose = a.purpose
    WHERE a.state = ANY({refusing}) AND (NOT a.newcomer OR t.topic = ANY({purposes}))""")
_REFUSED = sql.SQL("""
    SELECT id, subject_id, purpose, channel, state, occurred_at, {medium} AS medium, '' AS campaign
    FROM added_consents WHERE state = ANY({refusing})""")
# Of answers, those that end what was agreed to: that may have come to be known only now.
_TAKEN_BACK = sql.SQL("""
    SELECT DISTINCT e.id, e.subject_id, e.purpose, e.channel, e.state, e.occurred_at, {medium} AS medium, '' AS campaign
    FROM added_consents a CROSS JOIN LATERAL (
        SELECT e.* FROM consents_consentevent e
        WHERE e.subject_id = a.subject_id AND e.purpose = a.purpose AND e.counts AND e.state = ANY({refusing})
          AND (e.id = a.id OR (a.state = 'given' AND a.occurred_at <= e.occurred_at)) OFFSET 0) AS e
    WHERE a.purpose = ANY({advertising}) AND ({fell} OR NOT a.alone OR a.state = 'withdrawn')
      AND (e.state = 'withdrawn' OR EXISTS (
        SELECT FROM consents_consentevent g
        WHERE g.subject_id = e.subject_id AND g.purpose = e.purpose AND g.state = 'given' AND g.counts
          AND g.occurred_at <= e.occurred_at AND (g.channel = e.channel OR '' IN (g.channel, e.channel)) OFFSET 0))""")
_TOPICS = [(topic.parent, topic.code) for topic in PURPOSES if topic.parent]
_WORDS = {
    "refusing": sql.Literal([state.value for state in REFUSING]),
    "advertising": sql.Literal([purpose.code for purpose in PURPOSES if purpose.advertising]),
    "topics": sql.SQL(", ").join(sql.SQL("({}, {})").format(*map(sql.Literal, pair)) for pair in _TOPICS),
}


@dataclass(frozen=True, kw_only=True)
class ConsentIntake:
    """What a file tells. `rows` is a query with the columns `subject_id, purpose, channel, state, occurred_at,
    expires_at, edition_id, language, wording_id, row`; channel and language are empty, the other optional ones NULL,
    where nothing is known. The people exist and are not merged away; codes and terms are such as a form would take.
    """

    rows: sql.Composable
    medium: str = Medium.FILE
    partner_id: int | None = None
    batch: int | None = None
    # They are answers on a form: a "no" of somebody who never agreed to it is no consent, and stops nothing more.
    answers: bool = False
    # A query that gives those who were stored in this transaction: of them the ledger knows nothing yet.
    newcomers: sql.Composable | None = None


@dataclass(frozen=True)
class Recorded:
    """How many acts were new, known already, left out because they lie in the future; how many people are concerned;
    and how many consents ended here because something wider was refused.
    """

    events: int = 0
    known: int = 0
    future: int = 0
    people: int = 0
    ended: int = 0


@transaction.atomic
def record_many(*, actor: User | None, intake: ConsentIntake) -> Recorded:
    """Add what is not known yet, bring states up to date, and do what follows, for all people at once.

    Running it again changes nothing. The caller has checked the permission. One audit entry tells of all.
    """
    params = {
        "now": clock.now(), "medium": Medium(intake.medium).value, "actor": actor.pk if actor else None,
        "partner": intake.partner_id, "batch": intake.batch,
    }  # fmt: skip
    told, events, future, people, purposes = _add(intake, params)
    fallen = _follow_through(actor, intake, purposes) if events else 0
    recorded = Recorded(events, told - events - future, future, people, fallen)
    figures = {name: getattr(recorded, name) for name in ("events", "known", "future", "people", "ended")}
    origin = {"batch": intake.batch} if intake.batch is not None else {}
    record(actor, actions.RECORDED_MANY, ConsentEvent, **figures, **origin)
    return recorded


def _add(intake: ConsentIntake, params: dict[str, Any]) -> tuple[int, int, int, int, list[str]]:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.arriving_consents, pg_temp.added_consents")
        cursor.execute(_STAGE.format(rows=intake.rows, newcomers=intake.newcomers or _NOBODY))
        cursor.execute(_HOLD)
        cursor.execute(_CHOOSE, params)
        cursor.execute("ANALYZE added_consents")
        cursor.execute(_ADD, params)
        cursor.execute(_COUNT, params)
        counts: tuple[int, int, int, int, list[str]] = cursor.fetchone()
        return counts


def _follow_through(actor: User | None, intake: ConsentIntake, purposes: list[str]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_STATES_OF_NEWCOMERS)
    refresh_states(sql.SQL("SELECT DISTINCT subject_id FROM added_consents WHERE NOT alone"), purposes)
    words = {**_WORDS, "medium": sql.Literal(Medium(intake.medium).value)}
    falls = _FALLS.format(**words, purposes=sql.Literal(purposes))
    fallen = let_all_fall(actor=actor, falls=falls, batch=intake.batch)
    for purpose in RESTS_ON.keys() & set(purposes):
        people = sql.SQL("SELECT subject_id FROM added_consents WHERE purpose = {}").format(sql.Literal(purpose))
        destroy_unpermitted_of_many(actor=actor, people=people, purpose=purpose)
    ends = (_TAKEN_BACK if intake.answers else _REFUSED).format(**words, fell=sql.Literal(bool(fallen)))
    announce_ends(actor=actor, events=ends, batch=intake.batch)
    return len(fallen)
