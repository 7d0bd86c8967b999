"""kill -9 between commit and publish, between publish and mark, between handling and offset: each
effect once.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest
from sqlalchemy import text

from kit.prober import settle
from tests.kit.toy import tallied

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("moment", "sent", "handled"),
    [("committed", 0, []), ("sent", 0, None), ("handled", 5, [0, 1, 2, 3, 4])],
)
def test_a_process_killed_at_the_worst_moment_loses_and_doubles_nothing(
    engines, database, engine, sessions, login, make_runtime, moment, sent, handled
):
    settings = {
        "url": engines.postgres.url(database),
        "dsn": engines.postgres.dsn(database),
        "kafka": asdict(login),
    }
    victim = subprocess.run(
        [sys.executable, "-m", "tests.kit.victim", moment],
        input=json.dumps(settings),
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        timeout=60,
        check=False,
    )
    assert victim.returncode == -signal.SIGKILL
    with sessions.begin() as session:  # what the victim left behind
        marked = session.execute(
            text("SELECT count(*) FROM outbox WHERE sent_at IS NOT NULL")
        ).scalar_one()
        if handled is not None:
            assert tallied(session, "a") == handled
        if moment != "handled":
            assert marked == sent

    async def again():
        runtime = make_runtime()
        await runtime.start()
        await settle([runtime], login)
        await runtime.stop()

    asyncio.run(again())
    with sessions.begin() as session:
        assert tallied(session, "a") == [0, 1, 2, 3, 4]
        assert (
            session.execute(text("SELECT count(*) FROM outbox WHERE sent_at IS NULL")).scalar_one()
            == 0
        )
        assert session.execute(text("SELECT count(*) FROM inbox")).scalar_one() == 5
