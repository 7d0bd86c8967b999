"""All that one department, a stranger at a door and a clerk's workbook can do at once, to `backstop up`
as a process of its own (BH-01, BH-05, G-01, G-06): a flood of bad replies, batches of 34 kB that unpack
to a gigabyte, senders of one byte a second, a workbook of a gigabyte. Meanwhile the county decides.
"""

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any
from uuid import uuid4

import httpx
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from backstop.people import clerk
from bench.contest import check
from kit.actor import Actor
from schemas.codes import Role
from tests.helpers.bombs import bomb, throw, workbook
from tests.helpers.up import MONTH, Process

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests" / "samples"
COUNTY, TOWNSHIP, VILLAGE = "990121000000", "990121200000", "990121200202"
REPLIES, BOMBS, SLOW, DECISIONS = 50_000, 20, 40, 12
WITHIN, MEMORY = 5.0, 600.0  # seconds from a decision to its order; MB (10⁶ bytes) of the services
ATTACKER, OTHER = "housing", "water"  # departments
BOOK = "bomb.xlsx"
VILLAGE_CLERK = Actor("flood-village", "吕静", Role.VILLAGE_CLERK, VILLAGE)
TOWNSHIP_HEAD = Actor("flood-head", "李守田", Role.TOWNSHIP_HEAD, TOWNSHIP)
SEEN = {
    "visitors": "周明远",
    "met": "户主",
    "house": "安全",
    "medical": "无",
    "income": "支出大于收入",
}
REASON = {"causes": ["ILLNESS"], "risk_point": "大病", "matter": "报销", "severity": "URGENT"}


@dataclass
class Flood:
    """What it came to: seconds from each decision's answer to its order on the other department's
    topic, the most memory of the services' process (MB, its children apart), what was sent.
    """

    seconds: list[float] = field(default_factory=list)
    megabytes: float = 0.0
    sent: dict[str, int] = field(default_factory=dict)
    left: int = 0  # replies that were not handled yet when the last order was there

    @property
    def holds(self) -> bool:
        return (
            len(self.seconds) == DECISIONS
            and max(self.seconds) < WITHIN
            and self.megabytes < MEMORY
        )

    def line(self) -> str:
        sent = ", ".join(f"{what} {number:,}" for what, number in self.sent.items())
        middle = sorted(self.seconds)[len(self.seconds) // 2]
        return (
            f"{sent}; {len(self.seconds)} decisions became orders within {max(self.seconds):.2f} s "
            f"(median {middle:.2f} s), services at most {self.megabytes:.0f} MB, "
            f"{self.left:,} replies still waiting then"
        )


def flood(say: Callable[[str], None], *, replies: int = REPLIES) -> Flood:
    """So many bad replies, with all the rest; a county of its own, which is erased."""
    with TemporaryDirectory(prefix="backstop-flood-", ignore_cleanup_errors=True) as folder:
        up = Process(Path(folder) / "house")
        try:
            up.up()
            up.take(SAMPLES / "organisation.xlsx", SAMPLES / "households.xlsx")
            for department in (ATTACKER, OTHER):
                added = up.run("departments", "add", department)
                check(added.returncode == 0, added.stdout)
            return asyncio.run(Attack(up, Path(folder), say, replies).run())
        finally:
            up.close()


class Attack:
    def __init__(self, up: Process, folder: Path, say: Callable[[str], None], bad: int) -> None:
        self.up, self.folder, self.say, self.bad = up, folder, say, bad
        self.came, self.over = Flood(), asyncio.Event()
        self.kafka = up.installation.engines.kafka.aiokafka()
        self.replies = f"backstop.department.{ATTACKER}.replies"

    async def run(self) -> Flood:
        async with httpx.AsyncClient(base_url=self._address, timeout=120) as self.client:
            await asyncio.to_thread(workbook, self.folder / BOOK)
            cases = [await self._case(household) for household in await self._households()]
            self.say(f"{len(cases)} cases wait for the county's decision; now all at once")
            attacks = [
                asyncio.create_task(attack())
                for attack in (self._flood, self._bombs, self._slow_senders, self._workbook)
            ]
            watch = asyncio.create_task(self._watch())
            try:
                await self._under_way()
                async with self._orders() as reader:
                    for case in cases:
                        await self._decide(case, reader)
                self.came.left = await self._lag()
                self.say("decided; the flood goes on to its end")
                await self._until_handled(attacks[0])
            finally:
                self.over.set()
                await asyncio.gather(*attacks, watch)
        return self.came

    @property
    def _address(self) -> str:
        return f"http://127.0.0.1:{self.up.port}"

    async def _ask(self, actor: Actor, method: str, path: str, **how: Any) -> Any:
        signed = await asyncio.to_thread(self.up.signed, actor)
        answer = await self.client.request(method, path, headers=signed, **how)
        check(answer.is_success, f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        return answer.json() if answer.content else None

    @property
    def _clerk(self) -> Actor:
        return clerk(self.up.installation)

    async def _households(self) -> list[dict[str, Any]]:
        found = await self._ask(VILLAGE_CLERK, "GET", "/village/api/households")
        check(len(found) >= DECISIONS, f"{len(found)} households")
        return found[:DECISIONS]

    async def _case(self, household: dict[str, Any]) -> dict[str, Any]:
        """A finding that cannot wait, at the county the same day."""
        body = {
            "village": household["village"],
            "month": MONTH,
            "finding": REASON | {"household": household["id"]},
        }
        finding = await self._ask(VILLAGE_CLERK, "POST", "/village/api/urgent-findings", json=body)
        signed = f"/village/api/urgent-findings/{finding['id']}/signature"
        await self._ask(TOWNSHIP_HEAD, "POST", signed)
        async with asyncio.timeout(120):
            while True:
                listed = await self._ask(self._clerk, "GET", "/county/api/cases?status=open")
                for case in listed["cases"]:
                    if case["household"] == household["id"]:
                        return case
                await asyncio.sleep(0.1)

    @contextlib.asynccontextmanager
    async def _orders(self) -> AsyncIterator[AIOKafkaConsumer]:
        topic = f"backstop.department.{OTHER}"
        async with AIOKafkaConsumer(topic, **self.kafka, auto_offset_reset="latest") as reader:
            await reader.seek_to_end()
            yield reader

    async def _decide(self, case: dict[str, Any], reader: AIOKafkaConsumer) -> None:
        path = f"/county/api/cases/{case['id']}"
        today = (await self._ask(self._clerk, "GET", path))["opened_on"]
        await self._ask(self._clerk, "POST", f"{path}/visits", json=SEEN | {"on": today})
        sources = (await self._ask(self._clerk, "GET", path))["sources"]
        decision = {
            "decision": "verified",
            "primary_cause": "ILLNESS",
            "risk_point": "大病",
            "matter": "请部门帮扶",
            "answers": [{"finding": source["finding"], "need": 1} for source in sources],
            "needs": [{"gap_item": "WATER_UNSAFE", "question": "请通水"}],
        }
        await self._ask(self._clerk, "POST", f"{path}/decision", json=decision)
        answered = monotonic()
        record = await asyncio.wait_for(reader.getone(), 120)
        self.came.seconds.append(monotonic() - answered)
        check(json.loads(record.value)["department"] == OTHER, "an order of the other department")
        self.say(f"order after {self.came.seconds[-1]:.2f} s")

    async def _under_way(self) -> None:
        """Every attack has begun, and a part of the flood is there."""
        async with asyncio.timeout(120):
            while len(self.came.sent) < 4 or self.came.sent.get("bad replies", 0) < self.bad / 5:
                await asyncio.sleep(0.1)

    async def _flood(self) -> None:
        """Sent as the administrator, whom no quota holds back."""
        async with AIOKafkaProducer(**self.kafka, acks=1, linger_ms=20) as producer:
            for number, (key, body, headers) in zip(range(self.bad), bad_replies(), strict=False):
                await producer.send(self.replies, body, key=key, headers=headers)
                self.came.sent["bad replies"] = number + 1

    async def _bombs(self) -> None:
        batch = await asyncio.to_thread(bomb, "zstd", 1_100)
        for number in range(BOMBS):
            await throw(self.kafka, self.replies, batch)
            self.came.sent["bombs"] = number + 1

    async def _slow_senders(self) -> None:
        """Bodies of which a byte a second comes, without a name and with one; begun anew when they are
        cut off.
        """
        token = (await asyncio.to_thread(self.up.signed, VILLAGE_CLERK))["authorization"]

        async def one(number: int) -> None:
            signed = f"authorization: {token}\r\n" if number % 2 else ""
            while not self.over.is_set():
                with contextlib.suppress(OSError):
                    _, writer = await asyncio.open_connection("127.0.0.1", self.up.port)
                    self.came.sent["slow senders"] = self.came.sent.get("slow senders", 0) + 1
                    writer.write(
                        f"POST /village/api/lists HTTP/1.1\r\nhost: x\r\n{signed}"
                        "content-type: application/json\r\ncontent-length: 1000000\r\n\r\n".encode()
                    )
                    while not self.over.is_set():
                        writer.write(b"[")
                        await writer.drain()
                        await asyncio.sleep(1)
                    writer.close()

        await asyncio.gather(*map(one, range(SLOW)))

    async def _workbook(self) -> None:
        book = (self.folder / BOOK).read_bytes()
        while not self.over.is_set():
            self.came.sent["workbooks"] = self.came.sent.get("workbooks", 0) + 1
            with contextlib.suppress(httpx.TransportError):
                files = [("files", ("名单.xlsx", book))]
                signed = await asyncio.to_thread(self.up.signed, VILLAGE_CLERK)
                await self.client.post(
                    "/front/api/imports", files=files, data={"month": MONTH}, headers=signed
                )
            await asyncio.sleep(0.1)

    async def _watch(self) -> None:
        status = Path(f"/proc/{self.up.child.pid}/status")
        while not self.over.is_set():
            [kilobytes] = re.findall(r"VmRSS:\s+(\d+) kB", status.read_text())
            self.came.megabytes = max(self.came.megabytes, int(kilobytes) * 1024 / 1e6)
            await asyncio.sleep(0.2)

    async def _lag(self) -> int:
        return (await self._ask(self._clerk, "GET", "/dispatch/api/work"))["lag"]

    async def _until_handled(self, sent: asyncio.Task) -> None:
        """Every bad reply is handled one day, and the memory is watched until then."""
        await sent
        async with asyncio.timeout(900):
            while await self._lag():
                await asyncio.sleep(0.5)


def bad_replies() -> Iterator[tuple[bytes | None, bytes | None, list[tuple[str, bytes]]]]:
    """Without headers, torn, of another source, of an unknown type, about no order: by turns."""
    source = f"/backstop/{COUNTY}/department/{ATTACKER}".encode()
    accepted = b"department.order.accepted.v1"
    while True:
        order = str(uuid4())
        body = json.dumps({"department": ATTACKER, "order": order}).encode()
        known = [("ce_id", str(uuid4()).encode()), ("ce_type", accepted), ("ce_source", source)]
        yield None, b"", []
        yield order.encode(), body[:-9], known
        yield order.encode(), body, [*known[:2], ("ce_source", b"/backstop/elsewhere")]
        yield order.encode(), body, [known[0], ("ce_type", b"a.b.c.v1"), known[2]]
        yield order.encode(), body, known
