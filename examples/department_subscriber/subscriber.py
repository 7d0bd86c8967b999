"""A department's own system, in one file: takes its orders from Kafka, opens the sealed block,
answers, and keeps a picture of all its orders.

Needs aiokafka and joserfc, and nothing of Backstop. See README.md for the settings.
"""

import argparse
import asyncio
import json
import os
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.helpers import create_ssl_context
from joserfc import jwe
from joserfc.jwk import OctKey

# Names our own replies: the same reply, the same id
SPACE = uuid.UUID("6f2d8f0e-5f0b-4c5e-9d58-0f3a3d0c7a11")
SEALED = "见密封内容"  # what stands in clear where the words are sealed
POLL = 0.3  # seconds
AGAIN = 65.0  # seconds until all orders may be asked for once more


def settings() -> argparse.Namespace:
    """What was chosen on the command line, else in the environment; secrets may lie in files."""
    env = os.environ.get
    parser = arguments()
    chosen = parser.parse_args()
    for name, file in (
        ("BACKSTOP_KAFKA_PASSWORD", chosen.password_file),
        ("BACKSTOP_KEY", chosen.key_file),
    ):
        secret = file.read_text().strip() if file else env(name)
        setattr(chosen, name.rpartition("_")[2].lower(), secret)
    chosen.prefix, chosen.kid = env("BACKSTOP_TOPIC_PREFIX", ""), env("BACKSTOP_KEY_ID")
    chosen.ca = env("BACKSTOP_KAFKA_CA")
    chosen.mechanism = env("BACKSTOP_KAFKA_MECHANISM", "SCRAM-SHA-512")
    chosen.state = chosen.state or Path("var") / f"department-{chosen.department}.json"
    for name in ("bootstrap", "user", "password", "department", "county", "kid", "key"):
        if not getattr(chosen, name):
            parser.error(f"{name} is missing: see README.md")
    return chosen


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    # COUNTY: its division code, 12 digits
    for name in ("KAFKA_BOOTSTRAP", "KAFKA_USER", "DEPARTMENT", "COUNTY"):
        default = os.environ.get(f"BACKSTOP_{name}")
        parser.add_argument(f"--{name.rpartition('_')[2].lower()}", default=default)
    parser.add_argument(
        "--key-file", type=Path, help="instead of BACKSTOP_KEY: a file with the key, base64url"
    )
    parser.add_argument(
        "--keys",
        type=Path,
        help="a JWK set with further keys: those before a rotation, the next one",
    )
    parser.add_argument("--password-file", type=Path, help="instead of BACKSTOP_KAFKA_PASSWORD")
    parser.add_argument("--state", type=Path, help="where the picture of our orders is kept")
    parser.add_argument("--accept-only", action="store_true", help="accept, and report another day")
    parser.add_argument(
        "--reply",
        choices=["planned", "solved", "progressed", "returned"],
        default="planned",
        help="what to answer",
    )
    parser.add_argument("--proposed", help="with --reply returned: code of the better department")
    parser.add_argument("--order", help="answer on this order number only")
    parser.add_argument(
        "--once", type=float, nargs="?", const=3.0, help="stop after so many idle seconds"
    )
    return parser


class Picture:
    """Our orders by id, and our replies by id, as a file: ids, days, sealed blocks; no name and no
    number of a person in clear.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        kept = json.loads(path.read_text()) if path.exists() else {}
        self.lost = "replies" not in kept  # there is none, or one of an earlier version
        self.orders: dict[str, dict] = {} if self.lost else kept["orders"]
        self.replies: dict[str, dict] = {} if self.lost else kept["replies"]
        path.parent.mkdir(parents=True, exist_ok=True)

    def keep(self) -> None:
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps({"orders": self.orders, "replies": self.replies}, indent=1))
        fresh.replace(self.path)  # in one step: a crash leaves the old one or the new one

    def order(self, id_: str) -> dict:
        return self.orders.setdefault(id_, {"version": 0, "part": "none", "state": ""})

    def issued(self, body: dict) -> None:
        """What is asked of us. Sealed blocks are kept as they are, and opened when we need them."""
        told = ("number", "issued_on", "question", "trial", "sealed", "words")
        self.order(body["order"]).update({name: body[name] for name in told if name in body})

    def stated(self, body: dict) -> bool:
        """How an order stands; what we know already, or know better, is passed over."""
        order = self.order(body["order"])
        if body["version"] <= order["version"]:
            return False
        due = {clock["clock"]: clock["due"] for clock in body["clocks"]}
        told = ("number", "version", "part", "state", "turn")
        order.update({name: body[name] for name in told} | {"due": due})
        for id_ in [id_ for id_, r in self.replies.items() if r["order"] == body["order"]]:
            if self.replies[id_]["refused"]:
                del self.replies[id_]  # the order has changed since
        return True

    def waits(self, id_: str) -> bool:
        """Whether a reply on this order is not answered yet."""
        return any(r["order"] == id_ and not r["refused"] for r in self.replies.values())


class Department:
    def __init__(self, chosen: argparse.Namespace, producer: AIOKafkaProducer) -> None:
        self.chosen, self.producer = chosen, producer
        self.picture = Picture(chosen.state)
        further = json.loads(chosen.keys.read_text())["keys"] if chosen.keys else []
        ours = [{"kty": "oct", "kid": chosen.kid, "k": chosen.key}, *further]
        self.keys = {key["kid"]: OctKey.import_key(key) for key in ours}
        self.ask_at: float | None = None  # when to ask for all open orders
        self.progressed: set[str] = set()

    def take(self, type_: str, body: dict) -> None:
        """One message of our topic; types that we do not know are for others."""
        number = body.get("number") or body.get("order")
        match type_:
            case "department.order.issued.v1":
                self.picture.issued(body)
            case "department.order.state.v1":
                if self.picture.stated(body):
                    print(f"{number} {body['change']}: {body['part']} {body['state']}")
            case "department.order.reminded.v1":
                due = "is overdue" if body["overdue"] else "is due"
                print(f"{number} {due}: {body['clock']} {body['due']}")
            case "department.reply.accepted.v1":
                self.picture.replies.pop(body["reply_id"], None)
            case "department.reply.refused.v1":
                self.refused(body)
            case "department.meeting.noticed.v1":
                print(f"joint meeting on {body['on']}: {len(body['titles'])} of our items")

    def refused(self, body: dict) -> None:
        print(f"{body['order'] or body['reply']} our reply was refused: {body['reason']}")
        reply = self.picture.replies.get(body.get("reply_id") or "")
        if reply and body.get("code") != "postponed":  # that one is kept, and answered once more
            reply["refused"] = True  # and not sent again before something has changed
        if body.get("code") == "too_often":
            self.ask_at = time.monotonic() + AGAIN

    async def act(self) -> bool:
        """Answer what is ours to answer; False: there is nothing to do."""
        acted = False
        if self.ask_at is not None and time.monotonic() >= self.ask_at:
            self.ask_at, acted = None, True
            await self.say("orders.requested", self.chosen.department, str(time.time_ns()))
        for id_, order in self.picture.orders.items():
            ours = order["part"] == "lead" and "sealed" in order and not self.picture.waits(id_)
            if ours and (answer := self.answer(id_, order)):
                acted = await self.reply(id_, order, answer) or acted
        return acted

    def answer(self, id_: str, order: dict) -> str | None:
        """What an order gets from us now."""
        asked, state = self.chosen.reply, order["state"]
        this_one = not self.chosen.accept_only and self.chosen.order in (None, order["number"])
        if state == "issued":
            return "returned" if this_one and asked == "returned" else "accepted"
        if not this_one or state not in ("accepted", "under_way"):
            return None
        if asked == "progressed" and id_ not in self.progressed:
            self.progressed.add(id_)
            return "progressed"
        if asked == "solved" or (asked == "planned" and state == "accepted"):
            return asked
        return None

    async def reply(self, id_: str, order: dict, answer: str) -> bool:
        """Send it, unless it was refused in this very state. False: nothing was sent."""
        match answer:
            case "accepted":
                words = self.opened(order)
                print(f"{order['number']} {order['question']} (sealed: {', '.join(sorted(words))})")
                fields = {"handler": f"{self.chosen.department}-01"}
            case "returned":
                fields = {"reason": SEALED, "sealed": self.sealed("不属于本部门职责")}
                fields |= {"proposed": self.chosen.proposed} if self.chosen.proposed else {}
            case "progressed":
                fields = {"explanation": SEALED, "sealed": self.sealed("施工队已进场")}
            case "planned":
                fields = {"explanation": SEALED, "sealed": self.sealed("已鉴定房屋，列入改造计划")}
                fields |= {"expected_on": order["due"].get("solve"), "head_signed": True}
            case _:
                fields = {"explanation": SEALED, "sealed": self.sealed("改造完工，已验收")}
                fields |= {"own_system_updated": True, "head_signed": True}
        type_ = answer
        if answer in ("planned", "solved"):
            type_, fields = "reported", fields | {"result": answer}
        sent = await self.say(
            f"order.{type_}", id_, f"{order['version']} {answer}", order=id_, **fields
        )
        if sent:
            print(f"{order['number']} we answered: {answer}")
        return sent

    def opened(self, order: dict) -> dict:
        """The household to look up, and in the words of people what is asked (`question`) and who asks:
        in clear stands a fixed phrase.
        """
        blocks = [order[name] for name in ("sealed", "words") if order.get(name)]
        return {name: value for block in blocks for name, value in self.open(block).items()}

    def open(self, block: str) -> dict:
        """Without the key we stop: no order is passed over."""

        def key(token: jwe.CompactEncryption) -> OctKey:
            if (kid := token.headers().get("kid")) not in self.keys:
                raise SystemExit(
                    f"an order is sealed with the key {kid}: add it to --keys and start again"
                )
            return self.keys[kid]

        return json.loads(jwe.decrypt_compact(block, key).plaintext)

    def sealed(self, words: str) -> str:
        """Our own words, which may name somebody, with our own key."""
        head = {"alg": "dir", "enc": "A256GCM", "kid": self.chosen.kid}
        text = json.dumps({"reason": words}, ensure_ascii=False)
        return jwe.encrypt_compact(head, text.encode(), self.keys[self.chosen.kid])

    async def say(self, what: str, key: str, name: str, **fields: object) -> bool:
        """CloudEvents 1.0, binary mode: the key is the order, the headers say who and what. Sent
        again after a crash it has the same id, and counts once.
        """
        department, id_ = self.chosen.department, str(uuid.uuid5(SPACE, f"{key} {name}"))
        if self.picture.replies.get(id_, {}).get("refused"):
            return False
        headers = {
            "ce_specversion": "1.0",
            "ce_id": id_,
            "ce_type": f"department.{what}.v1",
            "ce_source": f"/backstop/{self.chosen.county}/department/{department}",
            "ce_subject": key,
            "ce_time": datetime.now(UTC).isoformat(),
            "content-type": "application/json",
        }
        body = json.dumps({"department": department} | fields, ensure_ascii=False)
        topic = f"{self.chosen.prefix}backstop.department.{department}.replies"
        sent = [(header, value.encode()) for header, value in headers.items()]
        await self.producer.send_and_wait(topic, body.encode(), key=key.encode(), headers=sent)
        self.picture.replies[id_] = {"order": key, "type": headers["ce_type"], "refused": False}
        self.picture.keep()
        return True


async def begin(department: Department, consumer: AIOKafkaConsumer) -> None:
    """Wait for our partitions. Who has read before and has no picture lost it: the topic, which keeps a
    year, is read once more, and we ask for all open orders, sealed with the key in force.
    """
    while not consumer.assignment():
        await asyncio.sleep(POLL)
    if department.picture.lost:
        before = [await consumer.committed(partition) for partition in consumer.assignment()]
        if any(offset is not None for offset in before):
            await consumer.seek_to_beginning()
            department.ask_at = time.monotonic()


async def caught_up(consumer: AIOKafkaConsumer) -> bool:
    """Whether nothing lies unread on our topic."""
    ends = await consumer.end_offsets(consumer.assignment())
    return bool(ends) and all([await consumer.position(p) >= end for p, end in ends.items()])


async def work(department: Department, consumer: AIOKafkaConsumer) -> None:
    busy = time.monotonic()
    while True:
        batch = await consumer.getmany(timeout_ms=int(POLL * 1000))
        for record in (record for records in batch.values() for record in records):
            try:
                type_ = dict(record.headers)["ce_type"].decode()
                department.take(type_, json.loads(record.value))
            except (AttributeError, KeyError, TypeError, ValueError) as error:
                print(f"left aside: {record.topic} {record.partition}/{record.offset}: {error!r}")
        if batch:
            department.picture.keep()
            await consumer.commit()  # what we know now is in the picture
        elif await caught_up(consumer) and await department.act():
            busy = time.monotonic()
        busy = time.monotonic() if batch else busy
        if department.chosen.once and time.monotonic() - busy > department.chosen.once:
            return


async def main() -> None:
    chosen = settings()
    login = {
        "bootstrap_servers": chosen.bootstrap,
        "security_protocol": "SASL_SSL" if chosen.ca else "SASL_PLAINTEXT",
        "ssl_context": create_ssl_context(cafile=chosen.ca) if chosen.ca else None,
        "sasl_mechanism": chosen.mechanism,
        "sasl_plain_username": chosen.user,
        "sasl_plain_password": chosen.password,
    }
    topic = f"{chosen.prefix}backstop.department.{chosen.department}"
    consumer = AIOKafkaConsumer(
        topic,
        **login,
        enable_auto_commit=False,
        group_id=f"{chosen.prefix}department-{chosen.department}",
        auto_offset_reset="earliest",
    )
    async with consumer, AIOKafkaProducer(**login, acks="all", enable_idempotence=True) as producer:
        department = Department(chosen, producer)
        await begin(department, consumer)
        await work(department, consumer)


if __name__ == "__main__":
    asyncio.run(main())
