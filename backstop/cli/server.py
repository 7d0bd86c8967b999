"""Uvicorn as every process of ours runs it."""

import asyncio
import gc
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from backstop.cli.connections import Connection


class Server(uvicorn.Server):
    """Without uvicorn's own signal handlers: it would raise the signal again before we have closed
    in order. `opened` is called when pages answer.
    """

    def __init__(self, config: uvicorn.Config, opened: Callable[[], None]) -> None:
        super().__init__(config)
        self.opened = opened

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.opened()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(sign, self.handle_exit, sign, None)
        yield


async def serve(app: Any, host: str, port: int, opened: Callable[[], None] = lambda: None) -> None:
    """Answer until a signal; requests at hand get eight seconds."""
    gc.collect()
    gc.freeze()  # what is imported stays: every later collection need not look at it again
    gc.set_threshold(50_000, 20, 100)  # a set of thousands of rows is no garbage: look seldom
    await make_server(app, host, port, opened).serve()


def make_server(
    app: Any, host: str, port: int, opened: Callable[[], None] = lambda: None
) -> Server:
    """Not serving yet."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http=Connection,
        log_level="warning",
        lifespan="off",
        timeout_graceful_shutdown=8,
        proxy_headers=True,
    )
    return Server(config, opened)
