"""A process of the toy service that kills itself with SIGKILL at one exact moment; run as a program
by its tests.

`python victim.py MOMENT < settings.json`, MOMENT: committed (before the relay begins), sent
(acknowledged by the broker, not yet marked), handled (transaction committed, offset not).
"""

import asyncio
import json
import os
import signal
import sys

from aiokafka import AIOKafkaConsumer

from kit.clock import system_clock
from kit.database.sessions import make_engine, make_sessions
from kit.messaging import relay
from kit.messaging.kafka import KafkaLogin
from kit.messaging.outbox import emit
from kit.runtime import Runtime
from kit.seal import Keyring
from tests.helpers.field_keys import FIELD_KEYS
from tests.kit import toy


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def main(moment: str, settings: dict) -> None:
    engine = make_engine(settings["url"], field_keys=FIELD_KEYS)
    sessions = make_sessions(engine, Keyring.generate(), "990121000000")
    with sessions.begin() as session:
        emit(session, *(toy.Counted(thing="a", number=n) for n in range(5)))
    if moment == "committed":
        die()
    if moment == "sent":
        landed = relay._landed

        async def landed_and_die(connection, flying, refused):
            arrived = await landed(connection, flying, refused)
            if arrived:
                die()
            return arrived

        relay._landed = landed_and_die
    if moment == "handled":

        async def die_instead(self, *args):
            die()

        AIOKafkaConsumer.commit = die_instead  # the library's own: our code runs as it stands
    runtime = Runtime(
        toy.SERVICE,
        engine=engine,
        sessions=sessions,
        dsn=settings["dsn"],
        county="990121000000",
        kafka=KafkaLogin(**settings["kafka"]),
        clock=system_clock,
        every=None,
    )
    await runtime.start()
    await asyncio.sleep(60)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], json.load(sys.stdin)))
