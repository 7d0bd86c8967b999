"""The two example programs, started as a department would start them."""

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from backstop.departments import Credentials
from tests.helpers.node import NODE, Packages, environment
from tests.helpers.tree import ROOT

COUNTY = "990121000000"
PYTHON, ON_NODE = "examples/department_subscriber", "examples/department_subscriber_node"


def command(folder: str, node: Packages) -> list[str]:
    """How one of the two is started."""
    if folder == PYTHON:
        return [sys.executable, str(ROOT / PYTHON / "subscriber.py")]
    return [str(NODE), str(node.of(ON_NODE) / "subscriber.mjs")]


@dataclass
class Program:
    """`folder` keeps its picture; `older`: credentials whose keys it has besides."""

    command: list[str]
    given: Credentials
    prefix: str
    folder: Path
    older: Sequence[Credentials] = field(default=())

    @property
    def state(self) -> Path:
        return self.folder / "state.json"

    async def run(self, *arguments: str, idle: float = 3.0) -> str:
        """Let it work until it was idle for so many seconds; what it printed."""
        keys = self.folder / "keys.json"
        further = [{"kty": "oct", "kid": one.kid, "k": one.jwk_k} for one in self.older]
        keys.write_text(json.dumps({"keys": further}))
        process = await asyncio.create_subprocess_exec(
            *self.command,
            *("--state", str(self.state), "--keys", str(keys), "--once", str(idle)),
            *arguments,
            env=environment() | self._handed(),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            said, _ = await asyncio.wait_for(process.communicate(), timeout=180)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        assert process.returncode == 0, said.decode()
        assert "left aside" not in said.decode()
        return said.decode()

    def picture(self) -> dict[str, tuple[str, str]]:
        """Number → what the order is to us, and its state; those that are another's left out."""
        orders = json.loads(self.state.read_text())["orders"].values()
        return {
            order["number"]: (order["part"], order["state"])
            for order in orders
            if order["part"] != "none"
        }

    def _handed(self) -> dict[str, str]:
        return {
            "BACKSTOP_KAFKA_BOOTSTRAP": self.given.bootstrap,
            "BACKSTOP_KAFKA_USER": self.given.user,
            "BACKSTOP_KAFKA_PASSWORD": self.given.password,
            "BACKSTOP_DEPARTMENT": self.given.department,
            "BACKSTOP_COUNTY": COUNTY,
            "BACKSTOP_KEY_ID": self.given.kid,
            "BACKSTOP_KEY": self.given.jwk_k,
            "BACKSTOP_TOPIC_PREFIX": self.prefix,
            "KAFKAJS_NO_PARTITIONER_WARNING": "1",
        } | {name: "" for name in ("BACKSTOP_KAFKA_CA",) if name not in os.environ}
