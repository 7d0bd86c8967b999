"""What docker-compose.yml says, carried out on this machine: the same commands and environment, the
same Kafka and proxy configuration. Only what containers would give is ours: a loopback address a
replica, and Docker's DNS.
"""

import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import httpx

from backstop.engines import KafkaAccess
from backstop.engines.departments import certificate
from backstop.engines.jars import ensure_jars
from backstop.engines.kafka_server import _java
from backstop.engines.postgres_server import PostgresEngine
from backstop.engines.private import free_ports, make_folder, secret, write_private
from backstop.engines.progress import Silent
from backstop.people import Accounts, token
from backstop.service_process import SIGNS
from backstop.services import NAMES
from backstop.token_keys import KeyFile
from kit.access.keys import Signer
from kit.actor import Actor
from kit.clock import system_clock
from kit.database.field_keys import KeySet
from kit.database.sessions import make_engine, make_sessions
from kit.seal import Keyring
from tests.backstop.compose import ROOT, filled, interpolated
from tests.conftest import COUNTY
from tests.engines.authority import Authority
from tests.helpers.processes import end
from tests.helpers.waiting import eventually

BACKSTOP = (sys.executable, "-c", "from backstop.cli import app; app()")
KAFKA_TOOLS = {
    "kafka-storage.sh": "kafka.tools.StorageTool",
    "kafka-server-start.sh": "kafka.Kafka",
}


class Names:
    """Docker's DNS: a service's name has one address a replica."""

    def __init__(self, addresses: dict[str, list[str]]) -> None:
        self.addresses = addresses
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._answer, daemon=True).start()

    def _answer(self) -> None:
        while True:
            try:
                query, asker = self.socket.recvfrom(512)
            except OSError:
                return
            name = query[13 : 13 + query[12]].decode()
            found = self.addresses.get(name, [])
            records = b"".join(
                b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x05\x00\x04" + socket.inet_aton(one)
                for one in found
            )
            head = (
                query[:2]
                + (b"\x81\x80" if found else b"\x81\x83")
                + b"\x00\x01"
                + len(found).to_bytes(2, "big")
            )
            self.socket.sendto(head + b"\x00" * 4 + query[12 : 12 + query[12] + 6] + records, asker)

    def close(self) -> None:
        self.socket.close()


class Composed:
    """The production shape below one folder."""

    def __init__(self, home: Path, nginx: str) -> None:
        self.nginx = nginx
        self.home = make_folder(home)
        self.kafka_port, controller, self.port, self.outside_port = free_ports(4)
        self.proxy_port, self.tls_port = free_ports(2)
        self.own_proxy = make_folder(home / "own-proxy")
        self.authority = Authority(self.own_proxy, "county")
        pair = self.authority.certify(self.own_proxy / "certificate.pem", "backstop.example")
        write_private(self.own_proxy / "key.pem", pair.read_text(encoding="ascii"))
        self.postgres = PostgresEngine(make_folder(home / "engine"), fast=True)
        for name in ("secrets", "run", "logs"):
            make_folder(self.postgres.home / name)
        self.values = filled(
            POSTGRES_PASSWORD=secret(self.postgres.home / "secrets", "postgres-admin"),
            BACKSTOP_KEYRING_FILE=str(home / "keyring.json"),
            BACKSTOP_FIELD_KEYS_FILE=str(home / "field-keys.json"),
            BACKSTOP_DEPARTMENTS=f"127.0.0.1:{self.outside_port}",
        )
        certificate(home / "departments", "127.0.0.1")
        self.keyring = Keyring.generate()
        write_private(home / "keyring.json", self.keyring.dump())
        write_private(home / "field-keys.json", KeySet.generate().dump())
        self.services: dict[str, dict[str, Any]] = interpolated(self.values)["services"]
        self.places = [
            (name, n)
            for name in (*NAMES, "front")
            for n in range(self.services[name].get("deploy", {}).get("replicas", 1))
        ]
        self.hosts = {place: f"127.0.7.{n}" for n, place in enumerate(self.places, start=11)}
        self.names = Names(
            {
                name: [host for (service, _), host in self.hosts.items() if service == name]
                for name in (*NAMES, "front")
            }
        )
        self.processes: dict[tuple[str, int], subprocess.Popen[bytes]] = {}
        self._kafka_folder(controller)

    @property
    def kafka(self) -> KafkaAccess:
        return KafkaAccess(
            f"127.0.0.1:{self.kafka_port}", "admin", self.values["KAFKA_ADMIN_PASSWORD"]
        )

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.proxy_port}"

    @property
    def running(self) -> list[tuple[str, int]]:
        """The services' processes that were not killed."""
        return [place for place in self.places if place in self.processes]

    def start_kafka(self) -> None:
        given = self.services["kafka"]
        start = self.home / "kafka" / Path(given["command"][-1]).name
        self._spawn(
            ("kafka", 0),
            [given["command"][0], str(start)],
            given["environment"] | {"KAFKA_BIN": str(self.home / "kafka" / "bin")},
        )

    def provision(self, *command: str) -> subprocess.CompletedProcess[str]:
        """`docker compose run --rm provision …`; without a command, its own."""
        return self.execute("provision", *(command or self.services["provision"]["command"]))

    def execute(self, service: str, *command: str) -> subprocess.CompletedProcess[str]:
        """`docker compose exec SERVICE backstop …`."""
        return subprocess.run(
            [*BACKSTOP, *command],
            env=self._environment(service),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self, service: str, replica: int = 0) -> None:
        environment = self._environment(service) | {"BACKSTOP_HOST": self.hosts[service, replica]}
        self._spawn(
            (service, replica), [*BACKSTOP, *self.services[service]["command"]], environment
        )

    def start_proxy(self) -> None:
        """With all that lies in deploy/nginx; `own_proxy` is what a county adds to it."""
        proxy = make_folder(self.home / "proxy")
        here = {
            "resolver 127.0.0.11 valid=5s": f"resolver 127.0.0.1:{self.names.port} valid=1s",
            "$service:8000": f"$service:{self.port}",
            "listen 8080": f"listen 127.0.0.1:{self.proxy_port}",
            "listen 8443": f"listen 127.0.0.1:{self.tls_port}",
            "/tmp/": f"{proxy}/",
            "/etc/nginx/backstop/": f"{self.home}/",
            "/etc/nginx/own/": f"{self.own_proxy}/",
        }
        unused = set(here)
        for name, folder in {
            "nginx.conf": self.home,
            "doors.conf": self.home,
            "tls.conf": self.own_proxy,
        }.items():
            text = (ROOT / "deploy/nginx" / name).read_text(encoding="utf-8")
            for ours, ourselves in here.items():
                if ours in text:
                    unused.discard(ours)
                    text = text.replace(ours, ourselves)
            (folder / name).write_text(text, encoding="utf-8")
        assert not unused
        self._spawn(
            ("proxy", 0),
            [
                self.nginx,
                "-e",
                "/dev/stderr",
                "-c",
                str(self.home / "nginx.conf"),
                "-g",
                "daemon off; user root;" if os.geteuid() == 0 else "daemon off;",
            ],
            {},
        )

    def probe(self, service: str, replica: int = 0) -> int:
        """The health check's own program; its exit status."""
        code = (ROOT / "deploy/probe.py").read_text(encoding="utf-8")
        code = code.replace("127.0.0.1", self.hosts[service, replica])
        return subprocess.run(
            [sys.executable, "-c", code],
            env={"BACKSTOP_PORT": str(self.port)},
            capture_output=True,
            check=False,
        ).returncode

    def signed(self, actor: Actor) -> dict[str, str]:
        """What this actor's program sends; his account is made by access's own commands, and the
        services have heard of it.
        """
        environment = self._environment(SIGNS)
        url = environment["BACKSTOP_DATABASE_URL"].replace("postgresql:", "postgresql+psycopg:")
        engine = make_engine(url, pool_size=1)
        signer = Signer(KeyFile(Path(environment["BACKSTOP_TOKEN_KEYS"])).read, lambda: COUNTY)
        Accounts(make_sessions(engine, self.keyring, COUNTY), signer, system_clock).install([actor])
        engine.dispose()
        headers = {"authorization": f"Bearer {token(signer, actor, system_clock())}"}
        for name in NAMES:
            eventually(lambda name=name: self.get(f"/{name}/api/me", **headers).is_success)
        return headers

    def get(self, path: str, **headers: str) -> httpx.Response:
        return httpx.get(self.address + path, headers=headers, timeout=30)

    def kill(self, service: str, replica: int = 0, sign: signal.Signals = signal.SIGKILL) -> int:
        process = self.processes.pop((service, replica))
        process.send_signal(sign)
        return process.wait(60)

    def close(self) -> None:
        for process in self.processes.values():
            end(process)
        self.names.close()
        self.postgres.stop()
        self.postgres.forget()

    def _environment(self, service: str) -> dict[str, str]:
        """The service's environment, with this machine's addresses in place of the containers'."""
        said = dict(self.services[service]["environment"])
        for name, value in {
            "BACKSTOP_HOME": str(make_folder(self.home / "home")),
            "BACKSTOP_TOKEN_KEYS": str(self.home / "token-keys.json"),
            "BACKSTOP_KEYRING": str(self.home / "keyring.json"),
            "BACKSTOP_FIELD_KEYS": str(self.home / "field-keys.json"),
            "BACKSTOP_KAFKA_BOOTSTRAP": self.kafka.bootstrap,
            "BACKSTOP_ADDRESS": self.address,
            "BACKSTOP_PORT": str(self.port),
        }.items():
            if name in said:
                said[name] = value
        if url := said.get("BACKSTOP_DATABASE_URL"):
            sockets, port = self.postgres.access.host, self.postgres.access.port
            assert "@postgres:5432/" in url
            said["BACKSTOP_DATABASE_URL"] = (
                url.replace("@postgres:5432/", "@/") + f"?host={sockets}&port={port}"
            )
        return {"PATH": os.environ["PATH"]} | said

    def _spawn(
        self, place: tuple[str, int], command: list[str], environment: dict[str, str]
    ) -> None:
        log = (self.home / f"{place[0]}-{place[1]}.log").open("ab")
        environment = {"PATH": os.environ["PATH"]} | environment
        self.processes[place] = subprocess.Popen(
            command, env=environment, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
        )

    def _kafka_folder(self, controller: int) -> None:
        """deploy/kafka as it is mounted, and where the image has Kafka's scripts, ours over the
        pinned jars.
        """
        folder = self.home / "kafka"
        shutil.copytree(ROOT / "deploy/kafka", folder)
        path = folder / "server.properties"
        text = path.read_text(encoding="utf-8")
        for theirs, here in {
            "CLIENT://:9092": f"CLIENT://127.0.0.1:{self.kafka_port}",
            "kafka:9092": f"127.0.0.1:{self.kafka_port}",
            ":9093": f":{controller}",
            "DEPARTMENTS://:9094": f"DEPARTMENTS://127.0.0.1:{self.outside_port}",
            "/run/secrets/departments_certificate": str(self.home / "departments/server.pem"),
            "/var/lib/kafka/data": str(folder),
        }.items():
            assert theirs in text
            text = text.replace(theirs, here)
        path.write_text(text, encoding="utf-8")
        jars = os.pathsep.join(str(jar) for jar in ensure_jars(Silent()))
        for scenario, main in KAFKA_TOOLS.items():
            tool = make_folder(folder / "bin") / scenario
            java = [
                str(_java()),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                jars,
                main,
            ]
            tool.write_text(f'#!/bin/sh\nexec {shlex.join(java)} "$@"\n')
            tool.chmod(0o700)
