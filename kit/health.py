"""`/health/live`, `/health/ready`, `/metrics`: what an orchestrator asks the process, not a
person. Details are for the operators' networks.
"""

import asyncio

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException

from kit.network import is_operator
from kit.policy import Policy
from kit.runtime import Runtime

probes = APIRouter(tags=["health"], include_in_schema=False)


def desk(policy: Policy) -> APIRouter:
    """For whoever keeps the system at work: who that is stands in `policy`."""
    router = policy.router(tags=["health"])
    router.add_api_route("/work", work)
    return router


@probes.get("/health/live")
async def live(request: Request) -> JSONResponse:
    """503 when a relay or consumer is stuck for two minutes although there is work: begin this
    process anew.
    """
    return _answer(request, [await runtime.stuck() for runtime in _runtimes(request)])


@probes.get("/health/ready")
async def ready(request: Request) -> JSONResponse:
    """503 until database, migrations and consumer group are there: send nobody here yet."""
    return _answer(
        request, [await asyncio.to_thread(runtime.unready) for runtime in _runtimes(request)]
    )


@probes.get("/metrics")
def metrics(request: Request) -> Response:
    if not is_operator(request):
        raise HTTPException(404)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def work(request: Request) -> dict[str, int]:
    """What is still on its way: outbox rows unsent, records that the service's group has not
    committed, deadlines that are due and have neither fired nor failed, and records laid aside as
    dead letters.
    """
    counts = {"unsent": 0, "lag": 0, "due": 0, "dead_letters": 0}
    for runtime in _runtimes(request):
        state = await asyncio.to_thread(runtime.state)
        counts["unsent"] += int(state["unsent"])
        counts["dead_letters"] += int(state["dead_letters"])
        counts["due"] += int(state["overdue"] - state["failed"])
        counts["lag"] += await runtime.lag()
    return counts


def _runtimes(request: Request) -> list[Runtime]:
    return request.app.state.runtimes


def _answer(request: Request, wrong: list[str]) -> JSONResponse:
    """What is wrong is for operators; a stranger learns only whether something is."""
    wrong = [sentence for sentence in wrong if sentence]
    said = {"wrong": wrong} if is_operator(request) else {}
    return JSONResponse({"ok": not wrong} | said, status_code=503 if wrong else 200)
