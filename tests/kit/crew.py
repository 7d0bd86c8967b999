"""Worker processes that a test starts, freezes and kills."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from backstop.engines import PostgresAccess
from kit.messaging.kafka import KafkaLogin

ROOT = Path(__file__).parents[2]


@dataclass
class Crew:
    """`crew.hire()` starts one more; the database session of each is called by its process id."""

    postgres: PostgresAccess
    database: str
    login: KafkaLogin
    workers: list[subprocess.Popen] = field(default_factory=list)

    def hire(
        self, *, patience: int = 60, every: float | None = None, **environment: str
    ) -> subprocess.Popen:
        worker = subprocess.Popen(
            [sys.executable, "-m", "tests.kit.worker"],
            stdin=subprocess.PIPE,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        )
        dsn = f"{self.postgres.dsn(self.database)} application_name=worker-{worker.pid}"
        settings = {
            "url": self.postgres.url(self.database),
            "dsn": dsn,
            "kafka": asdict(self.login),
            "patience": patience,
            "every": every,
        }
        assert worker.stdin
        worker.stdin.write(json.dumps(settings).encode())
        worker.stdin.close()
        self.workers.append(worker)
        return worker

    def named(self, pid: int) -> subprocess.Popen:
        return next(worker for worker in self.workers if worker.pid == pid)

    def dismiss(self) -> None:
        for worker in self.workers:
            if worker.poll() is None:
                worker.send_signal(signal.SIGCONT)
                worker.kill()
                worker.wait(10)


def settled(sessions: Any, thing: str, count: int) -> Callable[[], bool]:
    """Whether so many of a thing have been handled."""
    from tests.kit.toy import tallied

    def look() -> bool:
        with sessions.begin() as session:
            return len(tallied(session, thing)) >= count

    return look
