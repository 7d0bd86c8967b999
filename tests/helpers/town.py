"""The services as processes of their own on engines of their own: what `docker-compose.yml`
describes, on one machine.
"""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from backstop import topics
from backstop.application import Application
from backstop.cli.databases import sessions_of
from backstop.engines import Engines
from backstop.engines.private import free_ports
from backstop.installation import Installation
from backstop.people import Accounts, token
from backstop.service_process import SIGNS
from backstop.services import NAMES, service_named
from kit.actor import Actor
from kit.clock import Clock, FileClock, system_clock

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-c", "from backstop.cli import app; app()")


@dataclass
class Town:
    """One county: engines below `home`, one or more processes a service. Nothing is shared but
    settings.
    """

    home: Path
    county: str
    replicas: dict[str, int] = field(default_factory=dict)  # by service; 1 where nothing is said
    settings: dict[str, str] = field(default_factory=dict)  # more environment for every process
    fast: bool = True  # engines that a power cut would hurt; a killed process does not
    partitions: int = 3  # of every service's topic
    processes: dict[tuple[str, int], subprocess.Popen] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.installation = Installation(self.home, fast=self.fast)
        self.engines: Engines = self.installation.engines
        self.places = [(name, n) for name in NAMES for n in range(self.replicas.get(name, 1))]
        self.ports = dict(zip(self.places, free_ports(len(self.places)), strict=True))
        told = self.settings.get("BACKSTOP_CLOCK")  # a token is of the processes' own time
        self.clock: Clock = FileClock(Path(told)) if told else system_clock
        self._installed: set[Actor] = set()

    def open(self) -> None:
        """Engines, topics, principals, databases, then every process."""
        self.lay_out()
        for place in self.places:
            self.start(*place)

    def lay_out(self) -> None:
        """Engines, topics, principals, databases: all but the processes."""
        self.engines.start()
        self.installation.found_county(self.county)
        topics.ensure(
            self.engines.kafka,
            [f"backstop.{name}" for name in NAMES],
            topics.Shape(self.partitions, 1),
        )
        self.application = Application(self.installation)
        self.application.prepare()
        self.application.dispose()

    def start(self, service: str, replica: int = 0) -> None:
        log = (self.home / "logs" / f"{service}-{replica}.log").open("ab")
        self.processes[service, replica] = subprocess.Popen(
            [
                *COMMAND,
                "run",
                service,
                "--home",
                str(self.home),
                "--port",
                str(self.ports[service, replica]),
            ],
            env=self.environment(service),
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )

    def environment(self, service: str) -> dict[str, str]:
        """The settings of one service: its own principal, its own database."""
        kafka, password = self.engines.kafka, self.installation.password(service)
        url = self.engines.postgres.url(service, service, password).replace("+psycopg", "")
        return (
            os.environ
            | self.settings
            | {
                "BACKSTOP_COUNTY": self.county,
                "BACKSTOP_KAFKA_BOOTSTRAP": kafka.bootstrap,
                "BACKSTOP_KAFKA_USER": service,
                "BACKSTOP_KAFKA_PASSWORD": password,
                "BACKSTOP_DATABASE_URL": url,
            }
        )

    def kill(self, service: str, replica: int = 0, sign: signal.Signals = signal.SIGKILL) -> int:
        """Returns the exit status."""
        process = self.processes.pop((service, replica))
        process.send_signal(sign)
        return process.wait(60)

    def address(self, service: str, replica: int = 0) -> str:
        return f"http://127.0.0.1:{self.ports[service, replica]}"

    def headers(self, actor: Actor) -> dict[str, str]:
        """What this actor's program sends; his account is made by access's own commands."""
        if actor not in self._installed:
            with sessions_of(service_named(SIGNS), self.home) as sessions:
                accounts = Accounts(sessions, self.installation.signer, self.clock)
                accounts.install([actor])
            self._installed.add(actor)
        return {"authorization": f"Bearer {self.token(actor)}"}

    def token(self, actor: Actor) -> str:
        return token(self.installation.signer, actor, self.clock())

    def knows(self, actor: Actor, service: str, replica: int = 0) -> bool:
        """Whether the service has heard of his account."""
        address = f"{self.address(service, replica)}/{service}/api/me"
        return httpx.get(address, headers=self.headers(actor), timeout=60).is_success

    def ready(self, service: str, replica: int = 0) -> bool:
        try:
            return httpx.get(f"{self.address(service, replica)}/health/ready", timeout=5).is_success
        except httpx.TransportError:
            return False

    def close(self) -> None:
        for place in list(self.processes):
            self.kill(*place)
        self.engines.erase()
