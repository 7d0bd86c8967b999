"""What the model's things are called as rows (`kit.database.rows.named`), and the facts it takes from
rows. Nothing here says who owes what.
"""

from collections.abc import Callable
from typing import Any

from tests.people.county import HOUSEHOLDS
from tests.people.owners import Facts, Thing
from tests.people.world import World

# Of a thing with a key of ours, the service, its table, and how its row is found.
LOOKED_UP = {
    "screening": (
        "village",
        "reporter_month",
        "SELECT id FROM reporter_month WHERE month = %(a)s AND code = %(b)s AND kind = 'GROUP'",
    ),
    "village-month": (
        "village",
        "reporter_month",
        "SELECT id FROM reporter_month WHERE month = %(a)s AND code = %(b)s AND kind = 'VILLAGE'",
    ),
    "township-month": (
        "village",
        "reporter_month",
        "SELECT id FROM reporter_month WHERE month = %(a)s AND code = %(b)s AND kind = 'TOWNSHIP'",
    ),
    "finding": (
        "village",
        "finding",
        "SELECT id FROM finding WHERE month = %(a)s AND household = %(b)s",
    ),
    "recheck": (
        "village",
        "county_recheck",
        """SELECT id FROM county_recheck WHERE "case" = %(a)s AND asked_on = %(b)s
        ORDER BY id DESC LIMIT 1""",
    ),
    "contact": (
        "unit",
        "required",
        "SELECT CAST(%(a)s AS text) || '/' || id FROM assignment WHERE household = %(b)s",
    ),
    "assignment": ("unit", "assignment", "SELECT id FROM assignment WHERE household = %(a)s"),
    "risk": (
        "unit",
        "unit_finding",
        "SELECT id FROM unit_finding WHERE unit = %(a)s AND month = %(b)s AND household = %(c)s",
    ),
    "unit-list": (
        "unit",
        "unit_list",
        "SELECT id FROM unit_list WHERE month = %(a)s AND unit = %(b)s AND supplement = %(c)s",
    ),
}
# The key is the row's own, or says it.
SPELT: dict[str, tuple[str, str, Callable[..., str]]] = {
    "village-list": ("village", "village_list", lambda month, place, n: f"{place}/{month}/{n}"),
    "stranger": ("village", "register_task", str),
    "unit-month": ("unit", "unit_month", lambda month, place: f"{month}/{place}"),
    "team-month": ("county", "reporter_month", lambda month, place: f"{month}/TEAM/{place}"),
    "noted": ("county", "supervision_draft", str),
    "unmatched": ("county", "case_source", str),
    "answer": ("county", "case_source", str),
    "policy": ("county", "decision", str),
    "case": ("county", "case_file", str),
    "hearing": ("county", "candidate", str),
    "meeting": ("county", "reporter_month", lambda month: f"{month}/OFFICE/meeting"),
    "minutes": ("county", "meeting", str),
    "line": ("county", "agenda_item", str),
    "bulletin-month": ("county", "reporter_month", lambda month: f"{month}/OFFICE/bulletin"),
    "name": ("county", "bulletin_name", str),
    "bulletin": ("county", "bulletin", str),
    "order": ("dispatch", "dispatch_order", str),
    "file": ("casework", "identification", str),
}


class Rows:
    """Names found once an example."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.ids = {
            row.number: row.id
            for row in world.ask("village", "SELECT id, number FROM household")
            if row.number in HOUSEHOLDS
        }
        self._known: dict[Thing, tuple[str, str]] = {}

    def name(self, thing: Thing) -> tuple[str, str]:
        """Service and row."""
        if thing not in self._known:
            self._known[thing] = self._find(thing)
        return self._known[thing]

    def _find(self, thing: Thing) -> tuple[str, str]:
        if thing.kind in SPELT:
            service, table, spell = SPELT[thing.kind]
            return service, f"{table}:{spell(*thing.key)}"
        service, table, statement = LOOKED_UP[thing.kind]
        key = {name: self.ids.get(part, part) for name, part in zip("abc", thing.key, strict=False)}
        rows = self.world.ask(service, statement, **key)
        assert len(rows) == 1, f"{thing} has {len(rows)} rows"
        return service, f"{table}:{rows[0][0]}"


def facts(world: World) -> Facts:
    """As the rows are now."""

    def county(statement: str) -> list[Any]:
        return world.ask("county", statement)

    return Facts(
        hearings=county(
            """SELECT id, accused, state, EXISTS (SELECT FROM case_file f WHERE f.decision = 'verified'
                AND f.household = c.household AND (f.month = c.month OR EXISTS (SELECT FROM case_source
                    s WHERE s."case" = f.id AND s.household = c.household AND s.month = c.month))) AS proven
            FROM candidate c WHERE state IN ('open', 'heard', 'silent') ORDER BY id"""
        ),
        names=county(
            """SELECT id, month, kind, code, explanation IS NOT NULL AS explained
            FROM bulletin_name WHERE state = 'open' ORDER BY month, kind, code"""
        ),
        bulletins=county("SELECT month, state, reply_due FROM bulletin ORDER BY month"),
        meetings=county(
            """SELECT id, month, state, meeting."on" AS meets_on, (SELECT count(*) FROM agenda_item l
                WHERE l.meeting = meeting.id AND l.removed_reason IS NULL AND NOT EXISTS
                (SELECT FROM decision WHERE line = l.id)) AS undecided
            FROM meeting ORDER BY month"""
        ),
        lines=county(
            """SELECT l.id, l.department FROM agenda_item l JOIN meeting m ON m.id = l.meeting
            WHERE m.state = 'noticed' AND l.noticed_on IS NOT NULL AND l.explanation IS NULL
                AND l.removed_reason IS NULL AND l.department IS NOT NULL ORDER BY l.id"""
        ),
        unmatched=county(
            "SELECT finding FROM case_source WHERE unmatched ORDER BY received_on, finding"
        ),
        unanswered=county(
            """SELECT finding FROM case_source s JOIN case_file f ON f.id = s."case"
            WHERE f.decision = 'verified' AND s.stage = 'at_county' AND s.answered_on IS NULL
            ORDER BY at_county_on, finding"""
        ),
        policies=county(
            """SELECT d.id, d.department FROM decision d JOIN meeting m ON m.id = d.meeting
            WHERE m.state = 'issued' AND d.kind = 'policy' AND d.done_on IS NULL ORDER BY d.id"""
        ),
        strangers=world.ask(
            "village", "SELECT id, village FROM register_task WHERE state = 'open' ORDER BY id"
        ),
        entered=world.ask("village", "SELECT head_name FROM household WHERE number IS NULL"),
    )
