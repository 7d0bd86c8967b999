"""The front page's list: every service is asked at once, and one that does not answer is named; and
what a service's own first page says of the others.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import httpx
from pydantic import TypeAdapter

from backstop.application import Application
from backstop.front import Front
from backstop.shell import HOME
from kit.actor import Actor
from kit.service import Service
from kit.tasks import Task, Worklist, merge

log = logging.getLogger(__name__)
PATIENCE = 5.0  # seconds; a person waits for the page
TASKS = TypeAdapter(list[Task])


def elsewhere(
    application: Application | Front, service: str
) -> Callable[[Actor, httpx.Auth], Awaitable[Worklist]]:
    """What a service's first page says of the other ones, for whom the merged list is the first
    page; who has one page for the whole day's work has nothing elsewhere.
    """

    async def ask(actor: Actor, auth: httpx.Auth) -> Worklist:
        if actor.role in HOME:
            return Worklist()
        return await worklist(application, auth, without=service)

    return ask


async def worklist(
    application: Application | Front,
    auth: httpx.Auth,
    *,
    without: str = "",
    patience: float | None = None,
) -> Worklist:
    """Ask all services but `without` for the open tasks of whom `auth` names; `patience` in seconds."""
    async with application.client(auth) as client:
        pending = {
            service.title: asyncio.create_task(_ask(client, service))
            for service in application.services
            if service.name != without
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
