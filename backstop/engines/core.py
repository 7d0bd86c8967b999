"""Both engines of one installation as one thing."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from backstop.engines import postgres
from backstop.engines.access import (
    EnginesStatus,
    KafkaAccess,
    PostgresAccess,
    external_kafka,
    external_postgres,
)
from backstop.engines.child import ChildEngine
from backstop.engines.errors import EngineError
from backstop.engines.kafka_admin import serves
from backstop.engines.kafka_server import KafkaEngine
from backstop.engines.postgres_server import PostgresEngine
from backstop.engines.private import is_ours, locked, make_folder, os_error, require_room, secret
from backstop.engines.progress import Progress, Silent


class Engines:
    """Kafka and PostgreSQL of one home folder, or those that the environment names.

    `fast` gives up safety after a power cut, for tests. `departments`: the address (host:port) at
    which departments' own systems reach Kafka over TLS. As a context manager it starts on entry and
    stops on exit.
    """

    def __init__(
        self, home: Path | str, *, fast: bool = False, departments: str | None = None
    ) -> None:
        self.home = Path(os.path.abspath(Path(home).expanduser()))
        self.fast = fast
        self.adopted: frozenset[str] = frozenset()
        self._kafka = KafkaEngine(self.home, fast=fast, departments=departments)
        self._postgres = PostgresEngine(self.home, fast=fast)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def kafka(self) -> KafkaAccess:
        """How to reach Kafka as its administrator."""
        return external_kafka() or self._kafka.access

    @property
    def postgres(self) -> PostgresAccess:
        """How to reach PostgreSQL as its administrator."""
        return external_postgres() or self._postgres.access

    def secret(self, name: str) -> str:
        """A random secret of this installation, kept in a 0600 file and made when first asked
        for.
        """
        self._open_home()
        return secret(self.home / "secrets", name)

    def create_database(self, name: str, owner: str, password: str) -> None:
        """A role and its database, made where missing."""
        postgres.create_database(self.postgres, name, owner, password)

    def create_guarded_database(self, name: str, owner: str, password: str) -> None:
        """The same with an owner apart from the login, which has the database's name."""
        postgres.ensure_guarded(self.postgres, name, owner, password)

    def start(self, progress: Progress | None = None) -> None:
        """Start what is not running, both at once, and wait until each serves its administrator.

        What runs already (left by a crash, or started by another command) is adopted and named in
        `adopted`. If one cannot start, what this call started is stopped again.
        """
        progress = progress or Silent()
        mine = self._mine()
        if not mine:
            return
        self._open_home()
        with self._lock():
            require_room(self.home)
            started: list[ChildEngine] = []
            try:
                fresh = _together(
                    [partial(self._start_one, engine, progress, started) for engine in mine]
                )
            except BaseException:
                _together([engine.stop for engine in started])
                raise
            self.adopted = frozenset(
                engine.name for engine, new in zip(mine, fresh, strict=True) if not new
            )

    def stop(self) -> None:
        """Stop both; nothing happens to an engine that the environment names."""
        if self.home.is_dir() and (self.home / "run").is_dir():
            self._check_owner()
            with self._lock():
                _together([self._kafka.stop, self._postgres.stop])

    def status(self) -> EnginesStatus:
        """What both do now, asked of themselves."""
        details: dict[str, Any] = {"home": str(self.home)}
        if (outside := external_kafka()) is not None:
            kafka = "external" if serves(outside, 5.0) else "not answering"
            details["kafka"] = {"bootstrap": outside.bootstrap}
        else:
            kafka, details["kafka"] = self._kafka.state()
        if (database := external_postgres()) is not None:
            state = "external" if _reachable(database) else "not answering"
            details["postgres"] = {"host": database.host, "port": database.port}
        else:
            state, details["postgres"] = self._postgres.state()
        return EnginesStatus(kafka, state, details)

    def erase(self) -> None:
        """Stop both and delete their data, logs and secrets. There is no way back."""
        self.stop()
        self._postgres.forget()
        for name in ("kafka", "postgres", "run", "logs", "secrets", "departments"):
            shutil.rmtree(self.home / name, ignore_errors=True)

    def _mine(self) -> list[ChildEngine]:
        engines: list[ChildEngine] = []
        if external_kafka() is None:
            engines.append(self._kafka)
        if external_postgres() is None:
            engines.append(self._postgres)
        return engines

    def _start_one(
        self, engine: ChildEngine, progress: Progress, started: list[ChildEngine]
    ) -> bool:
        new = engine.start(progress)
        if new:
            started.append(engine)
            if isinstance(engine, PostgresEngine):
                postgres.close_doors(engine.access)
            progress.say(f"{engine.title} 已就绪 ready")
        else:
            progress.say(f"{engine.title} 已在运行 already running")
        return new

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        with locked(self.home / "run" / "lock"):
            yield

    def _open_home(self) -> None:
        make_folder(self.home)
        self._check_owner()
        for name in ("secrets", "run", "logs"):
            make_folder(self.home / name)
        if not is_ours(self.home / "secrets"):
            raise EngineError(
                f"{self.home / 'secrets'} 对其他用户开放，里面的密码不再安全。请执行 chmod 700 后再启动。",
                f"{self.home / 'secrets'} is open to other users; run chmod 700 on it first.",
            )

    def _check_owner(self) -> None:
        """Two users in turn would leave files that the other cannot read: say whose it is
        instead.
        """
        for folder in (self.home / "secrets", self.home / "run"):
            try:
                owner = folder.stat().st_uid
            except FileNotFoundError:
                continue
            except OSError as error:
                raise os_error(error, folder) from error
            if owner != os.geteuid():
                name = _user_name(owner)
                raise EngineError(
                    f"{self.home} 属于用户 {name}。请用该用户运行，或用 --home 另选文件夹。",
                    f"{self.home} belongs to {name}: run as that user, or choose another folder with --home.",
                )


def _together(tasks: list[Callable[[], Any]]) -> list[Any]:
    """Run all at once; let every one end, then report the first that failed."""
    if not tasks:
        return []
    with ThreadPoolExecutor(len(tasks)) as pool:
        futures = [pool.submit(task) for task in tasks]
    return [future.result() for future in futures]


def _reachable(access: PostgresAccess) -> bool:
    try:
        postgres.connect(access).close()
    except EngineError:
        return False
    return True


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
