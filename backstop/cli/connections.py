"""Connections with limits, which uvicorn has none of: how many there are, how long somebody may take
to say what he asks, and to read what he is answered. Limits of bodies are each door's own
(`kit/web/edge.py`).
"""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

ALL, OF_ONE_ADDRESS = 800, 200  # connections at once; a trusted proxy's address is many people's
PATIENCE = 10.0  # seconds for the head of a request, and for the rest of a body nobody reads
REST = 1 << 20  # bytes of such a body that are let run out, so that the answer is read
LOOK, RATE = 60.0, 1_024  # seconds, bytes a second: whoever reads an answer more slowly is cut off
UNREADABLE = "看不懂这个请求，没有办理。请检查网址后重试。"


class Connection(H11Protocol):
    """One connection. What uvicorn gives: `conn` (h11), `cycle` (the request at work), `flow`."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._late: asyncio.TimerHandle | None = None
        self._reading: asyncio.TimerHandle | None = None
        self._rest = 0
        if self._is_too_many():
            self.connections.discard(self)
            transport.abort()
        else:
            self._late = self.loop.call_later(PATIENCE, transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget("_late")
        self._forget("_reading")
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._is_rest():
            self._rest += len(data)
            if self._rest > REST:
                return self.transport.close()
        super().data_received(data)
        self._watch()
        return None

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._look(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        self._forget("_reading")
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """What cannot be read at all, in our own words."""
        headers = [("content-type", "text/plain; charset=utf-8"), ("connection", "close")]
        for event in (
            h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
            h11.Data(data=UNREADABLE.encode()),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _is_too_many(self) -> bool:
        mine = self.client and self.client[0]
        same = [other for other in self.connections if other.client and other.client[0] == mine]  # type: ignore[union-attr]
        trusted = self.config.forwarded_allow_ips
        shared = trusted == "*" or str(mine) in str(trusted).split(",")
        return len(self.connections) > ALL or (not shared and len(same) > OF_ONE_ADDRESS)

    def _is_rest(self) -> bool:
        """Whether what still comes belongs to a request that is answered already."""
        answered = self.cycle is not None and self.cycle.response_complete
        return answered and self.conn.their_state is h11.SEND_BODY

    def _watch(self) -> None:
        """Whoever has begun a head, or goes on sending what nobody reads, has so many seconds."""
        begun = self.conn.their_state is h11.IDLE and bool(self.conn.trailing_data[0])
        if not (begun or self._is_rest()):
            self._forget("_late")
            self._rest = 0
        elif self._late is None:
            self._late = self.loop.call_later(PATIENCE, self.transport.close)

    def _look(self, before: int) -> None:
        """Again and again while an answer waits to be read."""
        self._reading = self.loop.call_later(LOOK, self._cut_off_slow_reader, before)

    def _cut_off_slow_reader(self, before: int) -> None:
        unread = self.transport.get_write_buffer_size()
        if unread > before - LOOK * RATE:
            self.transport.abort()
        else:
            self._look(unread)

    def _forget(self, name: str) -> None:
        timer: Any = getattr(self, name)
        if timer is not None:
            timer.cancel()
        setattr(self, name, None)
