"""The toy service of papers on a database of each test's own, with its doors."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from backstop.engines import PostgresAccess, drop_database, ensure_database
from kit.actor import Actor
from kit.app import make_app
from kit.clock import SimulatedClock
from kit.database.sessions import make_engine, make_sessions
from kit.seal import Keyring
from tests.conftest import COUNTY
from tests.helpers.acquainted import acquainted
from tests.helpers.field_keys import FIELD_KEYS
from tests.kit import toy
from tests.kit.policy import papers


@pytest.fixture
def engine(postgres: PostgresAccess) -> Iterator[Engine]:
    name = f"papers_{secrets.token_hex(4)}"
    ensure_database(postgres, name, postgres.user)
    made = make_engine(postgres.url(name), field_keys=FIELD_KEYS)
    toy.make_tables(made)
    papers.Table.metadata.create_all(made)
    yield made
    made.dispose()
    drop_database(postgres, name)


@pytest.fixture
def sessions(engine: Engine, keyring: Keyring) -> sessionmaker[Session]:
    return make_sessions(engine, keyring, COUNTY)


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    with sessions.begin() as session:
        yield session


@pytest.fixture
def app(sessions: sessionmaker[Session], clock: SimulatedClock, keyring: Keyring) -> FastAPI:
    feature = APIRouter(prefix="/toy")  # as services include theirs: twice deep
    feature.include_router(papers.router)
    feature.include_router(papers.pages)
    service = replace(papers.SERVICE, routers=[feature])
    return make_app(service, sessions=sessions, clock=clock, keyring=keyring, county=COUNTY)


@pytest.fixture
def door(app: FastAPI) -> Callable[..., TestClient]:
    """`door(actor)`: that actor's browser."""

    def browser(actor: Actor | None = None) -> TestClient:
        headers = acquainted(app).headers(actor) if actor else {}
        return TestClient(app, headers=headers, raise_server_exceptions=False)

    return browser
