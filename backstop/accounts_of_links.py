"""The links of 0.1.0 (`secrets/sign-in.json`) as proposed accounts. Links and tokens of then are
worth nothing; the names that stand on old rows stay.
"""

import logging
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from backstop.engines.private import read_state, update_state
from backstop.people import FIRST
from kit.errors import Refused
from schemas.codes import Role
from services.access.accounts import commands
from services.access.accounts.commands import OldLink

log = logging.getLogger(__name__)


def adopt_at_start(home: Path, sessions: sessionmaker[Session], now: datetime) -> None:
    """What an upgrade finds becomes proposals. The log names nobody, and says at a later start only
    what is new.
    """
    taken, refused = adopt_links(home, sessions, now)
    if taken:
        log.warning("%d links of 0.1.0 became proposed accounts", taken)
    said = home / "secrets" / "sign-in-said.json"
    if refused and len(refused) != read_state(said).get("refused"):
        log.warning("%d links of 0.1.0 cannot: see `backstop accounts adopt`", len(refused))
        update_state(said, refused=len(refused))


def adopt_links(
    home: Path, sessions: sessionmaker[Session], now: datetime
) -> tuple[int, list[str]]:
    """How many became proposed accounts, and a sentence for each that cannot be one. Of several
    links of one person at one place the last that was handed out counts; twice changes nothing.
    The first administrator's account is the server's own, whose link nobody confirms.
    """
    taken, refused = 0, []
    for link in _links(home):
        if link.account == FIRST:
            continue
        with sessions.begin() as session:
            try:
                taken += commands.adopt(session, link, now=now) is not None
            except Refused as refusal:
                refused.append(str(refusal))
    return taken, refused


def _links(home: Path) -> list[OldLink]:
    entries = sorted(
        read_state(home / "secrets" / "sign-in.json").values(), key=lambda entry: entry["made_at"]
    )
    people = {}
    for entry in entries:
        role = Role[entry["role"]]
        link = OldLink(entry["account"], entry["name"], role, entry["place"])
        people[link.name, role, link.place] = link
    return list(people.values())
