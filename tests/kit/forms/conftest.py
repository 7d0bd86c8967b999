"""The toy's doors on a database of each test's own."""

import pytest
from fastapi.testclient import TestClient

from kit.app import make_app
from tests.conftest import COUNTY
from tests.helpers.acquainted import acquainted
from tests.kit.forms import toy


@pytest.fixture
def browser(engine, sessions, clock, keyring) -> TestClient:
    toy.Table.metadata.create_all(engine)
    app = make_app(toy.SERVICE, sessions=sessions, clock=clock, keyring=keyring, county=COUNTY)
    return TestClient(
        app,
        headers=acquainted(app).headers(toy.CLERK),
        raise_server_exceptions=True,
        follow_redirects=False,
    )
