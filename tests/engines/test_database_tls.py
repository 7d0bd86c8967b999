"""PostgreSQL over TLS is a matter of the URL alone: its options reach the engine and the relay's
connection.
"""

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from backstop.engines import Engines, PostgresAccess
from backstop.engines.access import external_postgres
from kit.database.sessions import make_engine
from tests.engines.authority import Authority

REQUEST = (8).to_bytes(4, "big") + (80877103).to_bytes(4, "big")  # libpq asks for TLS


class Gate:
    """TLS before the PostgreSQL of a wheel, which is built without: speaks libpq's first step, then
    passes on.
    """

    def __init__(self, postgres: PostgresAccess, certificate: Path) -> None:
        self.postgres, self.opened = postgres, 0
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.context.load_cert_chain(certificate)
        self.loop, started = asyncio.new_event_loop(), threading.Event()

        async def listen() -> None:
            server = await asyncio.start_server(self.take, "127.0.0.1", 0)
            self.port = server.sockets[0].getsockname()[1]
            started.set()

        self.thread = threading.Thread(
            target=lambda: (self.loop.create_task(listen()), self.loop.run_forever())
        )
        self.thread.start()
        assert started.wait(10)

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if await reader.readexactly(8) != REQUEST:
                return
            writer.write(b"S")
            await writer.start_tls(self.context)
            self.opened += 1
            where = f"{self.postgres.host}/.s.PGSQL.{self.postgres.port}"
            if self.postgres.host.startswith("/"):
                inner, outer = await asyncio.open_unix_connection(where)
            else:
                inner, outer = await asyncio.open_connection(self.postgres.host, self.postgres.port)
            await asyncio.gather(carry(reader, outer), carry(inner, writer))
        except (OSError, EOFError):
            pass  # the client did not like our certificate
        finally:
            writer.close()

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)


async def carry(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while chunk := await source.read(1 << 16):
        sink.write(chunk)
        await sink.drain()
    sink.close()


@pytest.fixture
def gate(engines: Engines, tmp_path: Path) -> Iterator[tuple[Gate, Authority]]:
    authority = Authority(tmp_path, "authority")
    made = Gate(engines.postgres, authority.certify(tmp_path / "postgres.pem", "postgres"))
    yield made, authority
    made.close()


def by_engine(access: PostgresAccess) -> None:
    engine = make_engine(access.url())
    try:
        with engine.connect() as connection:
            assert connection.execute(text("SELECT 1")).scalar_one() == 1
    finally:
        engine.dispose()


def by_relay(access: PostgresAccess) -> None:
    with psycopg.connect(access.dsn(), options="-c timezone=UTC") as connection:
        assert connection.pgconn.ssl_in_use


@pytest.mark.parametrize("connect", [by_engine, by_relay])
def test_the_urls_options_decide_whom_to_trust(
    engines: Engines,
    gate: tuple[Gate, Authority],
    connect: Callable[[PostgresAccess], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    door, authority = gate
    login = engines.postgres.url("postgres").partition("@")[0].replace("+psycopg", "")

    def named(host: str, trusted: Path) -> PostgresAccess:
        url = f"{login}@{host}:{door.port}/postgres?sslmode=verify-full&sslrootcert={trusted}"
        monkeypatch.setenv("BACKSTOP_DATABASE_URL", url)
        found = external_postgres()
        assert found is not None
        return found

    connect(named("127.0.0.1", authority.file))
    assert door.opened == 1
    refused = (OperationalError, psycopg.OperationalError)
    with pytest.raises(refused, match="certificate verify failed"):
        connect(named("127.0.0.1", Authority(tmp_path, "stranger").file))
    with pytest.raises(refused, match="does not match host name"):
        connect(named("localhost", authority.file))
