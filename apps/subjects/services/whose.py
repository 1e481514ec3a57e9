"""Whose staged rows are: parts of statements that look their identifiers up in the register, set by set."""

from psycopg import sql

# Without the bounds the planner would read the whole file for each of its chunks.
_ROWS = "s.batch_id = %(batch)s AND s.number BETWEEN %(first)s AND %(last)s"
# Token, card and phone are strong: they decide whose row it is. An e-mail, which families share, only where nothing
# stronger speaks, and only if the person it leads to has nothing stronger that says otherwise.
#
# Registers are looked up row by row through their indexes, in the order of the digests (OFFSET 0 keeps the planner from
# anything else): a chunk is small beside them, and going through millions of stored people for each would never end.
_MATCHED = """named AS MATERIALIZED (
    SELECT s.number, v.kind, v.digest,
           v.kind <> 'email' OR (s.token IS NULL AND s.card IS NULL AND s.phone IS NULL) AS decides
    FROM {staged} s
    CROSS JOIN LATERAL (VALUES ('token', s.token), ('card', s.card), ('phone', s.phone), ('email', s.email))
        AS v(kind, digest)
    WHERE {rows} AND s.verdict = '' AND v.digest IS NOT NULL ORDER BY v.digest
), matched AS (
    SELECT n.number, max(i.subject_id) FILTER (WHERE n.kind = 'token') AS by_token,
           max(i.subject_id) FILTER (WHERE n.kind = 'card') AS by_card,
           max(i.subject_id) FILTER (WHERE n.kind = 'phone') AS by_phone,
           max(i.subject_id) FILTER (WHERE n.kind = 'email') AS by_email, count(*) AS known
    FROM named n CROSS JOIN LATERAL (
        SELECT i.subject_id FROM subjects_identifier i WHERE i.digest = n.digest AND i.kind = n.kind OFFSET 0) AS i
    GROUP BY n.number
), awaited AS (
    SELECT DISTINCT n.number FROM subjects_awaitedrestriction d JOIN named n ON n.digest = d.digest AND n.decides
)"""
# Something that a row names and a register knows. Their digests in order are one walk through the index, which costs a
# third of looking up each; a digest is of one kind of identifier, so the kind need not be compared.
_KNOWN = """
    SELECT FROM subjects_identifier i WHERE i.digest = ANY(ARRAY(
        SELECT v.digest FROM {staged} s
        CROSS JOIN LATERAL (VALUES (s.token), (s.card), (s.phone), (s.email)) AS v(digest)
        WHERE {rows} AND s.verdict = '' AND v.digest IS NOT NULL ORDER BY v.digest))
"""
# What of it goes with each staged row `s`, and whose it is.
_FOUND = """s.number, s.token, s.card, s.phone, m.by_token, m.by_card, m.by_phone, m.by_email,
           a.number IS NOT NULL AS awaited, COALESCE(m.by_token, m.by_card, m.by_phone) AS strong,
           COALESCE(m.by_token, m.by_card, m.by_phone, m.by_email) AS subject_id"""
# Why a row that leads to somebody can't be decided about without an officer.
_CONTRADICTED = """WHEN p.by_token <> p.by_card OR p.by_token <> p.by_phone OR p.by_card <> p.by_phone THEN 'two-people'
        WHEN p.token IS NOT NULL AND p.by_token IS NULL AND EXISTS (
            SELECT FROM subjects_identifier i WHERE i.subject_id = p.subject_id AND i.kind = 'token'
        ) THEN 'other-token'
        WHEN p.strong IS NULL AND EXISTS (
            SELECT FROM subjects_identifier i WHERE i.subject_id = p.subject_id
            AND ((i.kind = 'phone' AND p.phone IS NOT NULL)
                 OR (i.kind = 'card' AND p.card IS NOT NULL AND i.partner_id = %(partner)s))
        ) THEN 'other-phone'"""


def whose(relation: str) -> dict[str, sql.Composable]:
    """Parts of statements that find out whose staged rows are: `staged` and `rows`, which of them (alias `s`);
    `matched`, the subqueries `matched` and `awaited`, for `found`, the columns of alias `p` that go with each row;
    `contradicted`, the branches of a CASE over them that need an officer; `known`, what finds anything known at all.
    """
    staged, rows = sql.Identifier(relation), sql.SQL(_ROWS)
    matched = sql.SQL(_MATCHED).format(staged=staged, rows=rows)
    found, contradicted = sql.SQL(_FOUND), sql.SQL(_CONTRADICTED)
    return {
        "staged": staged, "rows": rows, "matched": matched, "found": found, "contradicted": contradicted,
        "known": sql.SQL(_KNOWN).format(staged=staged, rows=rows),
    }  # fmt: skip
