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


async def answer(credentials: Credentials, application: Application, *arguments: str) -> str:
    """Let the program read its topic to the end and answer; returns what it printed."""
    memory = application.installation.home / f"department-{credentials.department}.json"
    environment = os.environ | {
        "BACKSTOP_KAFKA_BOOTSTRAP": credentials.bootstrap,
        "BACKSTOP_KAFKA_USER": credentials.user,
        "BACKSTOP_KAFKA_PASSWORD": credentials.password,
        "BACKSTOP_DEPARTMENT": credentials.department,
        "BACKSTOP_KEY_ID": credentials.kid,
        "BACKSTOP_KEY": credentials.jwk_k,
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
    output, _ = await asyncio.wait_for(process.communicate(), timeout=60)
    if process.returncode:
        raise RuntimeError(output.decode())
    return output.decode()
