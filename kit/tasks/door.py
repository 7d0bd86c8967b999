"""`GET /<service>/api/tasks`: the actor's open tasks in this service."""

from fastapi import APIRouter, Request

from kit.service import Service
from kit.tasks import Task, merge
from kit.web import Today, Transaction, Who

router = APIRouter(tags=["tasks"])


@router.get("/tasks")
def tasks(request: Request, session: Transaction, actor: Who, today: Today) -> list[Task]:
    """What is open for whoever asks, the earliest due first."""
    service: Service = request.app.state.service
    return merge(tasks_of(session, actor, today) for tasks_of in service.tasks)
