"""An application over real sockets, at the server that every process of ours runs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import ASGIApp

from backstop.cli.server import make_server
from backstop.engines.private import free_ports


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncIterator[int]:
    """The port at which it answers."""
    [port] = free_ports(1)
    opened = asyncio.Event()
    server = make_server(app, "127.0.0.1", port, opened.set)
    serving = asyncio.create_task(server.serve())
    await asyncio.wait_for(opened.wait(), 60)
    try:
        yield port
    finally:
        server.should_exit = server.force_exit = True
        await serving
