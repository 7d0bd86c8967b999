"""`backstop up` as a process of its own."""

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
from psycopg import Connection

from backstop.cli.databases import sessions_of
from backstop.engines.private import free_ports
from backstop.engines.process import living
from backstop.installation import Installation
from backstop.people import Accounts, clerk, token
from backstop.service_process import SIGNS
from backstop.services import NAMES, service_named
from kit.actor import Actor
from kit.clock import local_date, system_clock
from rulebook.months import month_of
from tests.helpers.processes import end
from tests.helpers.waiting import eventually

MONTH = month_of(local_date(system_clock()))


class Process:
    """One installation as somebody at a terminal sees it."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_ports(1)[0]
        self.said = home.with_suffix(".said")
        self.installation = Installation(home)

    def run(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        """A command of ours, to its end."""
        return subprocess.run(
            self._command(*words),
            cwd=self.home.parent,
            text=True,
            timeout=120,
            env=os.environ | {"COLUMNS": "300"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )

    def up(self, *more: str) -> str:
        """Start, wait for the administrator's link and return it."""
        with self.said.open("w") as out:
            self.child = subprocess.Popen(
                self._command("up", "--port", str(self.port), *more),
                cwd=self.home.parent,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        eventually(
            lambda: "/access/cards/" in self.said.read_text() or self.child.poll() is not None
        )
        return self.link

    @property
    def link(self) -> str:
        """The administrator's, as it was printed."""
        found = re.search(r"http://\S+/access/cards/\S+", self.said.read_text())
        assert found, self.said.read_text()
        return found[0]

    def kill(self) -> None:
        end(self.child)

    def close(self) -> None:
        if hasattr(self, "child"):
            self.kill()
        self.installation.engines.erase()

    def get(self, path: str, **how) -> httpx.Response:
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=40, **how)
        return httpx.Response(0)

    def as_clerk(self, path: str) -> httpx.Response:
        return self.get(path, headers=self.signed(clerk(self.installation)))

    def signed(self, actor: Actor) -> dict[str, str]:
        """What this actor's program sends; whoever comes for the first time gets an account, by
        access's own commands, and the services have heard of it.
        """
        with sessions_of(service_named(SIGNS), self.home) as sessions:
            Accounts(sessions, self.installation.signer, system_clock).install([actor])
        header = {
            "authorization": f"Bearer {token(self.installation.signer, actor, system_clock())}"
        }
        for name in NAMES:
            eventually(
                lambda name=name: self.get(f"/{name}/api/me", headers=header).status_code == 200
            )
        return header

    def take(self, *paths: Path) -> str:
        answer = self.run("import", *paths, "--month", MONTH)
        assert "Traceback" not in answer.stdout, answer.stdout
        return answer.stdout

    def processes(self) -> set[int]:
        """`up`, both engines, and their children."""
        marks = [living(self.home / "run" / f"{name}.pid") for name in ("up", "kafka", "postgres")]
        first = {mark.pid for mark in marks if mark}
        return first | {pid for pid in pids() if parent_of(pid) in first}

    @contextlib.contextmanager
    def database(self, service: str) -> Iterator[Connection]:
        engines = self.installation.engines
        with psycopg.connect(
            engines.postgres.dsn(service, service, engines.secret(f"{service}-service"))
        ) as one:
            yield one

    def count(self, service: str, sql: str, *values) -> int:
        with self.database(service) as one:
            row = one.execute(sql, values).fetchone()  # type: ignore[call-overload]
            return row[0]

    def _command(self, *words: str | Path) -> list[str]:
        return [
            sys.executable,
            "-c",
            "from backstop.cli import app; app()",
            *map(str, words),
            "--home",
            str(self.home),
        ]


def pids() -> list[int]:
    return [int(one.name) for one in Path("/proc").iterdir() if one.name.isdigit()]


def parent_of(pid: int) -> int:
    with contextlib.suppress(OSError):
        return int(
            Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[1]
        )
    return 0
