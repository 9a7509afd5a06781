"""The baseline of a digest: what `bot.digests.digests.gather` takes, counts and chooses, in hand-written SQL."""

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

OPEN = "('waiting', 'not-settled', 'asked', 'acknowledged')"
UNANSWERED = "('waiting', 'not-settled')"
NEWS = "digest_id IS NULL AND policy_id = :policy"

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Gathered:
    """What digests show and count, as the driver returns it."""

    shown: Rows
    due: Rows
    unneeded: Rows
    settled: Rows
    others: Rows
    more_people: Rows
    said: Rows


@dataclass(frozen=True)
class Terms:
    """Days as ISO dates: today, up to when due answers are listed again, and when a new flag's answer is due."""

    today: str
    horizon: str
    answer_by: str


def gather(connection: sqlite3.Connection, taking: Mapping[str, str], terms: Terms) -> Gathered:
    """Take all news into digests, which are given by policy; find what they show and count. Ids are hexadecimal."""
    _take(connection, taking, terms)

    def ask(statement: str) -> Rows:
        return connection.execute(statement, vars(terms)).fetchall()

    digests = f"digest_id IN ({_listed(set(taking.values()))})"
    to_say = f"""policy_id IN ({_listed(taking)}) AND standing IN {OPEN}
        AND NOT left_out AND (
            {digests} OR answer_by <= :horizon OR standing IN {UNANSWERED} AND (
                id IN (SELECT flag_id FROM seconds WHERE {digests})
                OR id IN (SELECT flag_id FROM replies WHERE {digests})))"""
    shown = _shown(connection, taking, ask(_ranked(to_say)))
    of_shown = f"flag_id IN ({_listed(each[0] for each in shown)})"
    return Gathered(
        shown=shown,
        due=ask(f"SELECT policy_id, answer_by, count(*) FROM flags WHERE {to_say} GROUP BY policy_id, answer_by"),
        unneeded=ask(
            f"""SELECT policy_id, count(*) FROM flags
            WHERE {digests} AND standing = 'unneeded' AND NOT left_out GROUP BY policy_id"""
        ),
        settled=ask(f"SELECT policy_id, count(*) FROM replies WHERE {digests} AND kind = 'settled' GROUP BY policy_id"),
        others=ask(f"SELECT DISTINCT policy_id, person_id FROM answers WHERE {digests}"),
        more_people=ask(f"SELECT flag_id, count(*) FROM seconds WHERE {of_shown} AND {digests} GROUP BY flag_id"),
        said=ask(f"SELECT * FROM replies WHERE {of_shown} AND {digests} AND kind <> 'settled'"),
    )


def _take(connection: sqlite3.Connection, taking: Mapping[str, str], terms: Terms) -> None:
    each_policy = [{"policy": policy, "digest": digest, **vars(terms)} for policy, digest in taking.items()]
    connection.executemany(
        f"""UPDATE flags SET digest_id = :digest, sent_on = coalesce(sent_on, :today),
        answer_by = CASE WHEN standing IN {OPEN} THEN coalesce(answer_by, :answer_by) END WHERE {NEWS}""",
        each_policy,
    )
    connection.executemany(f"UPDATE seconds SET digest_id = :digest WHERE {NEWS}", each_policy)
    connection.executemany(f"UPDATE replies SET digest_id = :digest WHERE {NEWS}", each_policy)
    by_others = "digest_id IS NULL AND policy_id = :policy AND role <> 'owner'"
    connection.executemany(f"UPDATE answers SET digest_id = :digest WHERE {by_others}", each_policy)


def _ranked(to_say: str) -> str:
    return f"""WITH weighed AS (
            SELECT id, policy_id, seconds,
                CASE WHEN answer_by < :today THEN 0 WHEN answer_by = :today THEN 10 ELSE 20 END
                + CASE verdict WHEN 'not' THEN 0 WHEN 'if' THEN 1 WHEN 'cannot-tell' THEN 2 ELSE 3 END AS weight
            FROM flags WHERE {to_say}
        ), ranked AS (
            SELECT id, policy_id,
                row_number() OVER (PARTITION BY policy_id ORDER BY weight, seconds DESC, id) AS place,
                min(weight) OVER (PARTITION BY policy_id) AS best,
                max(seconds) OVER (PARTITION BY policy_id) AS people
            FROM weighed
        )
        SELECT id, policy_id FROM ranked WHERE place <= 3 ORDER BY best, people DESC, policy_id, place"""


def _shown(connection: sqlite3.Connection, taking: Mapping[str, str], ranked: Rows) -> Rows:
    """The first ten flags of each digest."""
    chosen: dict[str, list[str]] = {each: [] for each in taking.values()}
    for flag, policy in ranked:
        chosen[taking[policy]].append(flag)
    ids = [flag for each in chosen.values() for flag in each[:10]]
    rows = connection.execute(f"SELECT * FROM flags WHERE id IN ({_listed(ids)})").fetchall()
    found = {each[0]: each for each in rows}
    return [found[each] for each in ids]


def _listed(ids: Iterable[str] | Collection[str]) -> str:
    return ", ".join(f"'{each}'" for each in ids)
