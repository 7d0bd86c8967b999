"""Written mandates of the county's pack: what one person may do alone where an office has nobody else.

Each use is kept (table `mandated`) with the act, and printed on its page and its paper:
“办结：按书面授权（〔2026〕3号，2026年1月5日）由同一人办理”.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from kit import packs
from kit.actor import Actor
from kit.clock import local_date
from kit.database.rows import named
from kit.dates import show_day
from rulebook.packs.duties import Mandate

KEEP = text("""INSERT INTO mandated (object, deed, label, account, by_label, number, dated, "on")
    VALUES (:object, :deed, :label, :account, :by_label, :number, :dated, :on)""")
OF = text("""SELECT deed, label, by_label, number, dated, "on" FROM mandated
    WHERE object = ANY(:objects) ORDER BY at, id""")


@dataclass(frozen=True)
class Mandated:
    """One act by mandate."""

    deed: str
    label: str
    by_label: str
    number: str
    dated: date
    on: date

    def __str__(self) -> str:
        return (
            f"{self.label}：按书面授权（{self.number}，{show_day(self.dated)}）"
            f"由同一人办理（{self.by_label}，{show_day(self.on)}）"
        )


def in_force(session: Session, actor: Actor, action: str) -> Mandate | None:
    """The mandate that lets this person do it today; none where nobody says which day it is."""
    if (on := _today(session)) is None:
        return None
    for mandate in packs.pack(session, on).mandates:
        if mandate.deed == action and mandate.holds(actor.account, actor.role, actor.place, on):
            return mandate
    return None


def keep(session: Session, mandate: Mandate, actor: Actor, label: str, row: Any) -> None:
    """With the act, in its transaction."""
    session.execute(
        KEEP,
        {
            "object": called(row),
            "deed": mandate.deed,
            "label": label,
            "account": actor.account,
            "by_label": actor.label,
            "number": mandate.number,
            "dated": mandate.dated,
            "on": _today(session),
        },
    )


def of(session: Session, *rows: Any) -> list[Mandated]:
    """Acts by mandate on these rows, the oldest first."""
    found = session.execute(OF, {"objects": [called(row) for row in rows]})
    return [Mandated(**row._mapping) for row in found]


def beside(session: Session, row: Any, deed: str, on: date | None) -> str:
    """What stands beside a signature of that day: 　按书面授权（…）…; "" where it needed none."""
    acts = [str(act) for act in of(session, row) if act.deed == deed and act.on == on]
    return f"　{'；'.join(acts)}" if acts else ""


def called(row: Any) -> str:
    """A row by table and key; anything else by what it says itself; "" of what has no name."""
    return named(row) or getattr(row, "audited", None) or ""


def _today(session: Session) -> date | None:
    clock = session.info.get("clock")
    return local_date(clock()) if clock else None
