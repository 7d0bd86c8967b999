"""A department's own system, in one file: takes its orders from Kafka, opens the sealed block,
answers.

Needs aiokafka and joserfc, and nothing of Backstop. See README.md for the settings.
"""

import argparse
import asyncio
import json
import os
import uuid
from datetime import UTC, datetime
from pathlib import Path

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

# Names our own replies: the same reply, the same id
SPACE = uuid.UUID("6f2d8f0e-5f0b-4c5e-9d58-0f3a3d0c7a11")


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
    parser.add_argument("--state", type=Path, help="where to remember what was answered")
    parser.add_argument("--accept-only", action="store_true", help="accept, and report another day")
    parser.add_argument(
        "--reply", choices=["planned", "solved"], default="planned", help="what to report"
    )
    parser.add_argument("--order", help="report on this order number only")
    parser.add_argument(
        "--once", type=float, nargs="?", const=3.0, help="stop after so many idle seconds"
    )
    return parser


class Department:
    """Remembers its open orders by id; no name and no number of a person is ever kept or
    printed.
    """

    def __init__(self, chosen: argparse.Namespace, producer: AIOKafkaProducer) -> None:
        self.chosen, self.producer = chosen, producer
        further = json.loads(chosen.keys.read_text())["keys"] if chosen.keys else []
        ours = [{"kty": "oct", "kid": chosen.kid, "k": chosen.key}, *further]
        self.keys = {key["kid"]: OctKey.import_key(key) for key in ours}
        self.orders: dict[str, dict] = (
            json.loads(chosen.state.read_text()) if chosen.state.exists() else {}
        )

        chosen.state.parent.mkdir(parents=True, exist_ok=True)

    def keep(self) -> None:
        self.chosen.state.write_text(json.dumps(self.orders, indent=1))

    async def take(self, type_: str, body: dict) -> None:
        number = body.get("number") or body.get("order")
        match type_:
            case "department.order.issued.v1":
                await self.issued(body)
            case "department.order.changed.v1":
                print(f"{number} changed: {body['what']}")
                self.changed(body)
            case "department.order.reminded.v1":
                print(
                    f"{number} {'is overdue' if body['overdue'] else 'is due'}: {body['clock']} {body['due']}"
                )
            case "department.reply.refused.v1":
                print(f"{number} our reply was refused: {body['reason']}")
            case "department.meeting.noticed.v1":
                print(f"joint meeting on {body['on']}: {len(body['titles'])} of our items")
        self.keep()

    async def issued(self, body: dict) -> None:
        words = json.loads(jwe.decrypt_compact(body["sealed"], self.key).plaintext)
        print(
            f"{body['number']} {body['question']} (the sealed block has {', '.join(sorted(words))})"
        )
        if not body["lead"]:
            return  # a co-handler is told and does not answer
        if self.orders.get(body["order"], {}).get("issued_on") == body["issued_on"]:
            return  # the same message again
        kept = {name: body[name] for name in ("number", "issued_on", "solve_due")}
        self.orders[body["order"]] = kept | {"said": [], "round": 0}
        await self.say(body["order"], "accepted", handler=f"{self.chosen.department}-01")

    def key(self, token: jwe.CompactEncryption) -> OctKey:
        """The key that this block names. Without it we stop, and commit nothing: no order is passed
        over.
        """
        if (kid := token.headers().get("kid")) not in self.keys:
            raise SystemExit(
                f"an order is sealed with the key {kid}: add it to --keys and start again"
            )
        return self.keys[kid]

    def changed(self, body: dict) -> None:
        if body["state"] == "closed" or "改派" in body["what"]:
            self.orders.pop(body["order"], None)
        elif order := self.orders.get(body["order"]):
            order["solve_due"] = body.get("solve_due") or order["solve_due"]
            if (
                body["state"] == "under_way" and "solved" in order["said"]
            ):  # not received after all: solve it again
                order["said"], order["round"] = ["accepted"], order["round"] + 1

    async def report(self) -> None:
        """Report on every open order that has not had this answer."""
        reply = self.chosen.reply
        for id_, order in self.orders.items():
            answered = {reply, "solved"} & set(order["said"])
            if (
                not self.chosen.accept_only
                and not answered
                and self.chosen.order in (None, order["number"])
            ):
                fields = {"explanation": "改造完工，已验收", "own_system_updated": True}
                if reply == "planned":
                    fields = {
                        "explanation": "已鉴定房屋，列入改造计划",
                        "expected_on": order["solve_due"],
                    }
                await self.say(id_, reply, result=reply, head_signed=True, **fields)
        self.keep()

    async def say(self, id_: str, answer: str, **fields: object) -> None:
        """CloudEvents 1.0, binary mode: the key is the order, the headers say who and what."""
        order, department = self.orders[id_], self.chosen.department
        type_ = f"department.order.{'accepted' if answer == 'accepted' else 'reported'}.v1"
        name = f"{id_} {order['issued_on']} {order['round']} {answer}"
        headers = {
            "ce_specversion": "1.0",
            "ce_id": str(uuid.uuid5(SPACE, name)),
            "ce_type": type_,
            "ce_source": f"/backstop/{self.chosen.county}/department/{department}",
            "ce_subject": id_,
            "ce_time": datetime.now(UTC).isoformat(),
            "content-type": "application/json",
        }
        body = json.dumps({"department": department, "order": id_} | fields, ensure_ascii=False)
        topic = f"{self.chosen.prefix}backstop.department.{department}.replies"
        sent = [(key, value.encode()) for key, value in headers.items()]
        await self.producer.send_and_wait(topic, body.encode(), key=id_.encode(), headers=sent)
        order["said"].append(answer)
        print(f"{order['number']} we answered: {answer}")


async def main() -> None:
    chosen = settings()
    login = {
        "bootstrap_servers": chosen.bootstrap,
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": chosen.user,
        "sasl_plain_password": chosen.password,
    }
    consumer = AIOKafkaConsumer(
        f"{chosen.prefix}backstop.department.{chosen.department}",
        **login,
        enable_auto_commit=False,
        group_id=f"{chosen.prefix}department-{chosen.department}",
        auto_offset_reset="earliest",
    )
    async with consumer, AIOKafkaProducer(**login, acks="all", enable_idempotence=True) as producer:
        department = Department(chosen, producer)
        while True:
            batch = await consumer.getmany(timeout_ms=int((chosen.once or 1.0) * 1000))
            for record in (record for records in batch.values() for record in records):
                try:
                    await department.take(
                        dict(record.headers)["ce_type"].decode(), json.loads(record.value)
                    )
                except (JoseError, AttributeError, KeyError, TypeError, ValueError) as error:
                    print(
                        f"left aside: {record.topic} {record.partition}/{record.offset}: {error!r}"
                    )
            await department.report()
            await consumer.commit()  # only what has been answered
            if chosen.once and not batch:
                return


if __name__ == "__main__":
    asyncio.run(main())
