"""PostgreSQL as a child process, from a wheel's programs."""

from __future__ import annotations

import os
import shutil
import signal
import time
from pathlib import Path

from backstop.engines import process
from backstop.engines.access import PostgresAccess
from backstop.engines.child import ChildEngine, environment
from backstop.engines.errors import EngineDied, EngineError
from backstop.engines.private import os_error, read_state, require_room, secret, write_private
from backstop.engines.progress import Progress
from backstop.engines.unprivileged import ServerPlace, forget_place, place_for, prune_places

ADMIN = "backstop"
PORT = 5432  # only the name of a socket in a folder of our own: it meets no other server

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "max_wal_size": "512MB",
    "io_method": "sync",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
    # Statements and the DETAIL of errors carry people's names and numbers: keep them out of the
    # log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_min_messages": "warning",
}
# For tests. `synchronous_commit` stays on: it costs little without fsync, and a commit must survive
# kill -9.
FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum_naptime": "10min",
    "file_copy_method": "clone",  # a database is copied by the kernel: 18 ms of work, not 125
}


class PostgresEngine(ChildEngine):
    """One PostgreSQL server that listens on a socket in a closed folder and nowhere else."""

    name = "postgres"
    title = "PostgreSQL 18"
    polite = signal.SIGINT  # SIGTERM would wait for every open connection, for ever
    patience = 20.0

    def __init__(self, home: Path, *, fast: bool = False) -> None:
        super().__init__(home, fast=fast)
        self._place: ServerPlace | None = None

    @property
    def access(self) -> PostgresAccess:
        """The administrator's way in; there is one after the first start."""
        sockets = read_state(self.state_file).get("sockets")
        if not sockets:
            raise EngineError(
                "PostgreSQL 尚未启动过。请先运行 backstop up。",
                "PostgreSQL was never started here; start it first.",
            )
        return PostgresAccess(
            str(sockets), PORT, ADMIN, secret(self.home / "secrets", "postgres-admin")
        )

    @property
    def place(self) -> ServerPlace:
        if self._place is None:
            self._place = place_for(self.home, self.state_file, self.fast)
            self.run_as = self._place.run_as
        return self._place

    @property
    def data(self) -> Path:
        return self.place.state / "data"

    def folder(self) -> Path:
        return self.place.state

    def command(self) -> list[str | Path]:
        options = SETTINGS | (FAST if self.fast else {})
        arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return [
            *(self.place.programs / "postgres", "-D", self.data),
            *("-k", self.place.sockets, "-p", str(PORT)),
            *arguments,
        ]

    def prepare(self, progress: Progress) -> None:
        prune_places()
        try:
            self._place = None  # a socket folder in /tmp may be gone since
            require_room(self.place.state)
            if not self.data.exists():
                progress.say("初始化 PostgreSQL … initialising")
                self._initialise()
            self._clear_stale_pid()
        except OSError as error:
            raise os_error(error, self.home / "postgres") from error

    def answers(self, patience: float) -> bool:
        import psycopg

        sockets = read_state(self.state_file).get("sockets")
        if not sockets or not os.path.exists(f"{sockets}/.s.PGSQL.{PORT}"):
            return False
        access = self.access
        try:
            with psycopg.connect(
                access.dsn(), connect_timeout=max(2, int(patience)), autocommit=True
            ) as connection:
                connection.execute("SELECT 1")
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise EngineError(
                    f"PostgreSQL 管理员密码不符：{self.home}/secrets/postgres-admin 被改过或来自别处。请恢复原文件。",
                    "The administrator's password does not fit this database; put the original secret back.",
                ) from error
            return False
        return True

    def mend(self, died: EngineDied) -> bool:
        """After kill -9 the last children of the old server may live for a moment and hold its
        memory.
        """
        if "pre-existing shared memory block" not in died.detail:
            return False
        time.sleep(0.5)
        return True

    def stop(self) -> None:
        super().stop()
        sockets = read_state(self.state_file).get("sockets")
        if sockets and Path(sockets).name.startswith("backstop-"):
            shutil.rmtree(sockets, ignore_errors=True)

    def forget(self) -> None:
        """Delete what lies outside the home folder."""
        forget_place(self.state_file)

    def _initialise(self) -> None:
        """Make the cluster beside and rename it, so that a half-made one is never taken for a good
        one.
        """
        place = self.place
        fresh, passwords = place.state / "data.new", place.state / "initdb.pw"
        shutil.rmtree(fresh, ignore_errors=True)
        write_private(passwords, secret(self.home / "secrets", "postgres-admin") + "\n")
        place.give(passwords)
        command: list[str | Path] = [
            *(
                place.programs / "initdb",
                "-D",
                fresh,
                "-U",
                ADMIN,
                "--auth=scram-sha-256",
                f"--pwfile={passwords}",
            ),
            # Postgres' own locale: no index depends on the machine's C library.
            *(
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
            ),
            *(["--no-sync"] if self.fast else []),
        ]
        try:
            done = process.run(command, place.state, environment(), place.run_as, timeout=120)
        finally:
            passwords.unlink(missing_ok=True)
        if done.returncode != 0:
            raise EngineError(
                f"PostgreSQL 初始化失败：{place.state}",
                "initdb failed:",
                "\n".join(done.stdout.splitlines()[-10:]),
            )
        os.replace(fresh, self.data)

    def _clear_stale_pid(self) -> None:
        """Postgres takes over the lock files of a dead server, unless somebody has its number:
        another program, or that server itself as a zombie whom its parent (a `backstop up` that
        still runs, a container's first process) has not buried. Our own number is then put in:
        Postgres takes its parent for no owner, and goes on to look whether the dead server's
        children still hold its memory.
        """
        mark = process.read_mark(self.pid_file)
        for lock in (self.data / "postmaster.pid", self.place.sockets / f".s.PGSQL.{PORT}.lock"):
            try:
                first, rest = lock.read_text(encoding="utf-8", errors="surrogateescape").split(
                    "\n", 1
                )
                pid = int(first)
            except (OSError, ValueError):
                continue
            now = process.mark_of(pid)
            if process.exists(pid) and (now is None or (mark and mark.pid == pid and mark != now)):
                lock.write_text(
                    f"{os.getpid()}\n{rest}", encoding="utf-8", errors="surrogateescape"
                )


def program_folder(home: Path) -> Path:
    """Where `psql`, `pg_dump` and the others are, for those who look after a database."""
    return place_for(home, home / "postgres" / "state.json", False).programs
