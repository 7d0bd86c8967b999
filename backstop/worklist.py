"""The front page's list: every service is asked at once, and one that does not answer is named."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

import httpx
from pydantic import TypeAdapter

from backstop.application import Application
from backstop.front import Front
from kit.service import Service
from kit.tasks import Task, merge

log = logging.getLogger(__name__)
PATIENCE = 5.0  # seconds; a person waits for the page
TASKS = TypeAdapter(list[Task])


@dataclass(frozen=True)
class Worklist:
    """All open tasks of one actor, the earliest due first; `silent`: titles of the services that
    did not answer, so that nobody takes the list for whole.
    """

    tasks: list[Task]
    silent: list[str]


async def worklist(
    application: Application | Front,
    sign: Callable[[httpx.Request], httpx.Request],
    patience: float = PATIENCE,
) -> Worklist:
    """Ask all services in the name of whom `sign` signs for; `patience` in seconds."""
    async with application.client(sign) as client:
        pending = {
            service.title: asyncio.create_task(_ask(client, service))
            for service in application.services
        }
        await asyncio.wait(pending.values(), timeout=patience or PATIENCE)
        answers = {title: _answer(title, task) for title, task in pending.items()}
    return Worklist(
        merge(tasks for tasks in answers.values() if tasks is not None),
        [title for title, tasks in answers.items() if tasks is None],
    )


async def _ask(client: httpx.AsyncClient, service: Service) -> list[Task]:
    answer = await client.get(f"/{service.name}/api/tasks")
    return TASKS.validate_json(answer.raise_for_status().content)


def _answer(title: str, task: asyncio.Task[list[Task]]) -> list[Task] | None:
    """What came; None when nothing did. Whatever goes wrong in one service, the others' tasks are
    shown.
    """
    if not task.done():
        task.cancel()
        log.warning("%s did not say its tasks in time", title)
        return None
    if error := task.exception():
        log.warning("%s did not say its tasks: %r", title, error)
        return None
    return task.result()
