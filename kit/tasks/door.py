"""`GET /<service>/api/tasks`: the actor's open tasks in this service; and what waits elsewhere."""

from typing import Annotated

from fastapi import Depends, Request

from kit.access.passing import Passed
from kit.policy import Action, Policy, allow, anywhere
from kit.service import Service
from kit.tasks import Task, Worklist
from kit.web import Today, Transaction, Who
from schemas.codes import Role

# Whose post it is: what is open for it, each task's own table says.
policy = Policy(tasks=Action("查看自己的待办", allow(*Role, to=anywhere)))
router = policy.router(tags=["tasks"])


@router.get("/tasks")
def tasks(request: Request, session: Transaction, actor: Who, today: Today) -> list[Task]:
    """What is open for whoever asks, the earliest due first."""
    service: Service = request.app.state.service
    return service.open_tasks(session, actor, today)


async def _elsewhere(request: Request, actor: Who) -> Worklist | None:
    """What the other services say is open for whoever asks. `app.state.elsewhere` asks them; None
    where nobody knows the way to them.
    """
    ask = request.app.state.elsewhere
    return await ask(actor, Passed.of(request)) if ask else None


Elsewhere = Annotated[Worklist | None, Depends(_elsewhere)]
