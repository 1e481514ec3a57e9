"""Acts of many people, from a staging table: whose they are, which are news, and into the ledger with them.

The staging relation belongs to whoever calls. It has the columns `batch_id, number, verdict` (rows with a verdict are
left alone), digests `token, card, phone, email`, and `acts`, JSON: [[purpose, channel, state, moment, end, primary key
of the edition seen, language, wording], …], the last five null or empty where nothing is known. No statement here is
run per row.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from psycopg import sql

from apps.accounts.models import User
from apps.consents.choices import ENDING, State
from apps.consents.services.record_many import STILL_SAID, ConsentIntake, Recorded, known, record_many
from apps.subjects.services.bulk import Intake
from apps.subjects.services.bulk_locks import Overtaken
from apps.subjects.services.whose import whose

# What blocked people refuse or take back counts all the same (P08).
_JUDGE = """
CREATE TEMP TABLE judged_rows ON COMMIT DROP AS
WITH {matched}, placed AS (
    SELECT {found}, s.acts -> 0 ->> 0 AS purpose, s.acts -> 0 ->> 1 AS channel, s.acts -> 0 ->> 2 AS state,
           (s.acts -> 0 ->> 3)::timestamptz AS occurred_at
    FROM {staged} s LEFT JOIN matched m ON m.number = s.number LEFT JOIN awaited a ON a.number = s.number
    WHERE {rows} AND s.verdict = ''
), reasoned AS (
    SELECT p.*, (p.strong IS NOT NULL AND p.by_email <> p.strong) IS TRUE AS email_taken,
        CASE
        WHEN p.subject_id IS NULL THEN CASE WHEN p.awaited THEN 'restricted' ELSE 'nobody-known' END
        {contradicted}
        WHEN p.state = {given} AND (p.awaited OR u.restricted_at IS NOT NULL) THEN 'restricted'
        ELSE '' END AS reason
    FROM placed p LEFT JOIN LATERAL (
        SELECT u.restricted_at FROM subjects_subject u WHERE u.id = p.subject_id OFFSET 0) AS u ON true
), told_apart AS (
    SELECT r.*, r.reason = '' AND r.number > min(r.number) FILTER (WHERE r.reason = '')
           OVER (PARTITION BY r.subject_id, r.purpose, r.channel, r.state, r.occurred_at) AS repeated
    FROM reasoned r
)
SELECT r.number, r.subject_id, r.email_taken, CASE WHEN r.repeated THEN 'repeated-consent' ELSE r.reason END AS reason,
    CASE
    WHEN r.repeated THEN 'duplicate'
    WHEN r.reason = 'nobody-known' THEN 'refused'
    WHEN r.reason = 'restricted' THEN 'skipped'
    WHEN r.reason <> '' THEN 'conflict'
    WHEN {told} THEN 'unchanged'
    ELSE 'new' END AS verdict
FROM told_apart r
"""
_HOLD = """
    SELECT u.id FROM subjects_subject u
    WHERE u.id IN (SELECT subject_id FROM judged_rows WHERE verdict = 'new') ORDER BY u.id FOR NO KEY UPDATE
"""
# Whoever was blocked, merged or erased before their row was held.
_CHANGED_MEANWHILE = """
    SELECT EXISTS (SELECT FROM judged_rows j JOIN {staged} s ON {rows} AND s.number = j.number
    LEFT JOIN subjects_subject u ON u.id = j.subject_id
    WHERE j.verdict = 'new' AND (u.id IS NULL OR u.merged_into_id IS NOT NULL
        OR (u.restricted_at IS NOT NULL AND s.acts -> 0 ->> 2 = {given})))
"""
# What the rows that go in say, each part of it read once (OFFSET 0).
_TOLD = """
CREATE TEMP TABLE told_consents ON COMMIT DROP AS
SELECT t.number, t.subject_id, t.purpose, t.channel, t.state, COALESCE(t.occurred_at, %(observed_at)s) AS occurred_at,
       t.expires_at, t.edition_id, t.language, t.wording,
       CASE WHEN t.wording <> '' THEN sha256(convert_to(t.language, 'UTF8') || decode('00', 'hex')
           || convert_to(t.wording, 'UTF8')) END AS wording_digest
FROM (
    SELECT s.number, j.subject_id, a ->> 0 AS purpose, a ->> 1 AS channel, a ->> 2 AS state,
           (a ->> 3)::timestamptz AS occurred_at, (a ->> 4)::timestamptz AS expires_at, (a ->> 5)::bigint AS edition_id,
           a ->> 6 AS language, a ->> 7 AS wording
    FROM judged_rows j JOIN {staged} s ON {rows} AND s.number = j.number
    CROSS JOIN LATERAL jsonb_array_elements(s.acts) AS a
    WHERE j.verdict = ANY(%(verdicts)s) AND j.subject_id IS NOT NULL OFFSET 0
) t
WHERE {news}
"""
# Without a moment a consent proves nothing; a refusal counts from when the file came, unless it is what the partner
# said last.
_NEWS = """
    CASE WHEN t.occurred_at IS NOT NULL THEN NOT {told} ELSE t.state <> {given} AND NOT COALESCE((
        SELECT e.state IN ({ending}) FROM consents_consentevent e
        WHERE e.subject_id = t.subject_id AND e.purpose = t.purpose AND e.channel = t.channel
          AND e.partner_id = %(partner)s AND {still_said}
        ORDER BY e.occurred_at DESC, e.rank DESC LIMIT 1), false) END
"""
_MARK_UPDATED = """
    UPDATE judged_rows j SET verdict = 'updated' FROM (SELECT DISTINCT number FROM told_consents) t
    WHERE t.number = j.number AND j.verdict = 'unchanged'
"""
_ANYTHING_UNCHANGED = "SELECT EXISTS (SELECT FROM judged_rows WHERE verdict = 'unchanged')"
# Stored by whoever gathered: what they say is the first that is heard of them.
_NEWCOMERS = sql.SQL("SELECT j.subject_id FROM judged_rows j WHERE j.verdict = 'new'")
_KEEP_WORDINGS = """
    INSERT INTO consents_wording (digest, language, text)
    SELECT DISTINCT ON (t.wording_digest) t.wording_digest, t.language, t.wording FROM told_consents t
    WHERE t.wording_digest IS NOT NULL AND NOT EXISTS (
        SELECT FROM consents_wording w WHERE w.digest = t.wording_digest)
    ORDER BY t.wording_digest
    ON CONFLICT (digest) DO NOTHING
"""
_ROWS = sql.SQL("""
    SELECT t.subject_id, t.purpose, t.channel, t.state, t.occurred_at, t.expires_at, t.edition_id, t.language,
           w.id AS wording_id, t.number AS row
    FROM told_consents t LEFT JOIN consents_wording w ON w.digest = t.wording_digest""")


def _run(intake: Intake, statement: str, *, act: str = "t", verdicts: Sequence[str] = ()) -> Any:
    """Execute a statement over the rows; the cursor's first value, where it gives one. `act` is the alias of acts."""
    said: dict[str, sql.Composable] = {
        "given": sql.Literal(State.GIVEN.value), "told": known(act), "still_said": STILL_SAID,
        "ending": sql.SQL(", ").join(sql.Literal(state.value) for state in ENDING),
    }  # fmt: skip
    news = sql.SQL(_NEWS).format(**said) if len(verdicts) > 1 else sql.SQL("true")
    composed = sql.SQL(statement).format(**whose(intake.relation), **said, news=news)
    with connection.cursor() as cursor:
        cursor.execute(composed, {**intake.params, "verdicts": list(verdicts)})
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def judge_consents(intake: Intake) -> None:
    """Make the temporary table `judged_rows` (number, subject_id, email_taken, reason, verdict) of rows of one act.

    Verdicts are `new unchanged`, or with a reason `refused skipped duplicate conflict`. Changes nothing else.
    """
    _run(intake, "DROP TABLE IF EXISTS pg_temp.judged_rows")
    _run(intake, _JUDGE, act="r")
    _run(intake, "ANALYZE judged_rows")


def hold_people(intake: Intake) -> None:
    """Hold the rows of those of whom `judge_consents` found something new. Raises Overtaken when one was blocked,
    merged or erased meanwhile.
    """
    _run(intake, _HOLD)
    if _run(intake, _CHANGED_MEANWHILE):
        raise Overtaken


def gather_acts(intake: Intake) -> None:
    """Make the temporary table `told_consents` of what `judge_consents` found to be new."""
    _run(intake, "DROP TABLE IF EXISTS pg_temp.told_consents")
    _run(intake, _TOLD, verdicts=["new"])


def gather_answers(intake: Intake, *, to_record: bool) -> None:
    """The same of rows about people who are in `judged_rows`, which say more of them than this: what is known is left
    out, and who is `unchanged` but for something new here is `updated`. Unless they are `to_record`, the verdicts are
    all that it is for.
    """
    if not to_record and not _run(intake, _ANYTHING_UNCHANGED):
        return
    _run(intake, "DROP TABLE IF EXISTS pg_temp.told_consents")
    _run(intake, _TOLD, verdicts=["new", "updated", "unchanged"])
    _run(intake, _MARK_UPDATED)


def record_gathered(*, actor: User | None, intake: Intake, answers: bool = False) -> Recorded:
    """Put `told_consents` into the ledger, with all that follows, in the transaction that gathered it; `answers` as
    `ConsentIntake` has it.

    The caller has checked the permission, has the people locked from before the judging and has stored them.
    """
    _run(intake, _KEEP_WORDINGS)
    told = ConsentIntake(
        rows=_ROWS, partner_id=intake.partner.pk, batch=intake.batch, answers=answers,
        newcomers=_NEWCOMERS if answers else None,
    )  # fmt: skip
    return record_many(actor=actor, intake=told)
