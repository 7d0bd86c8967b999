"""What is kept only for a time: reports of imported sheets quote what their cells said. How long, the
county's pack says (`privacy.import_report_days`); answers kept for a second sending go after a day by
themselves (`kit.web.idempotency`). docs/data-protection.md lists what is kept how long, and why.
"""

import asyncio
import logging
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from kit.clock import Clock, local_date
from kit.database.locks import hold
from kit.packs import pack

log = logging.getLogger(__name__)
BATCH = 500  # rows a transaction
OLD_SHEETS = text("""DELETE FROM sheet WHERE id IN (SELECT id FROM sheet WHERE came_at < :before
    ORDER BY came_at LIMIT :batch)""")


async def forgetting(sessions: sessionmaker[Session], clock: Clock) -> None:
    """One look, for a scheduler; a database that is away is asked again at the next."""
    try:
        await asyncio.to_thread(forget, sessions, clock())
    except Exception as error:
        log.warning("what is to be forgotten is not yet: %r", error)


def forget(sessions: sessionmaker[Session], now: datetime) -> int:
    """Remove what was kept long enough, a batch a transaction. Returns how many rows."""
    total = 0
    while True:
        with sessions.begin() as session:
            if "book" not in session.info:
                return 0  # a service without rules
            hold(session, "forget")  # replicas take turns
            days = pack(session, local_date(now)).privacy.import_report_days
            asked = {"before": now - timedelta(days=days), "batch": BATCH}
            gone = session.execute(OLD_SHEETS, asked).rowcount  # type: ignore[attr-defined]
        total += gone
        if gone < BATCH:
            return total
