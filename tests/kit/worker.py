"""The toy service as a process: `python -m tests.kit.worker < settings.json`; SIGTERM stops it in
order.
"""

import asyncio
import json
import signal
import sys

from kit.clock import system_clock
from kit.database.sessions import make_engine, make_sessions
from kit.messaging.kafka import KafkaLogin
from kit.runtime import Runtime
from kit.seal import Keyring
from tests.helpers.field_keys import FIELD_KEYS
from tests.kit import toy


async def main(settings: dict) -> None:
    engine = make_engine(
        settings["url"], field_keys=FIELD_KEYS, patience=settings.get("patience", 60)
    )
    sessions = make_sessions(engine, Keyring.generate(), "990121000000")
    runtime = Runtime(
        toy.SERVICE,
        engine=engine,
        sessions=sessions,
        dsn=settings["dsn"],
        county="990121000000",
        kafka=KafkaLogin(**settings["kafka"]),
        clock=system_clock,
        every=settings["every"],
    )
    over = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
    await runtime.start()
    await over.wait()
    await runtime.stop()


if __name__ == "__main__":
    asyncio.run(main(json.load(sys.stdin)))
