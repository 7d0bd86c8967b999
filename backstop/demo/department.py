"""The housing department's own system in the demo: a separate program that knows nothing of ours,
over Kafka alone.
"""

import asyncio
import os
import sys
from pathlib import Path

from backstop.application import Application
from backstop.departments import Credentials, add_department

PROGRAM = Path(__file__).parents[2] / "examples" / "department_subscriber" / "subscriber.py"


async def join(application: Application, code: str) -> Credentials:
    """The department gets its topics, principal and key, as `backstop departments add` does."""
    kafka, sessions = (
        application.installation.engines.kafka,
        application.runtimes["dispatch"].sessions,
    )
    return await asyncio.to_thread(
        add_department, kafka, sessions, code, application.clock(), application.prefix
    )


async def answer(given: Credentials, application: Application, *arguments: str) -> str:
    """Let the program read its topic to the end and answer; returns what it printed."""
    memory = application.installation.home / f"department-{given.department}.json"
    environment = os.environ | {
        "BACKSTOP_KAFKA_BOOTSTRAP": given.bootstrap,
        "BACKSTOP_KAFKA_USER": given.user,
        "BACKSTOP_KAFKA_PASSWORD": given.password,
        "BACKSTOP_DEPARTMENT": given.department,
        "BACKSTOP_KEY_ID": given.kid,
        "BACKSTOP_KEY": given.jwk_k,
        "BACKSTOP_COUNTY": application.installation.county,
        "BACKSTOP_TOPIC_PREFIX": application.prefix,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(PROGRAM),
        "--once",
        "1.5",
        "--state",
        str(memory),
        *arguments,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await asyncio.wait_for(process.communicate(), timeout=60)
    if process.returncode:
        raise RuntimeError(said.decode())
    return said.decode()
