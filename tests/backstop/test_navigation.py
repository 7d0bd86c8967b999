"""Every entry that stands in the head of a role's pages opens for that role, and stands there once."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from backstop.front import Front
from backstop.installation import Installation
from backstop.portal import make_front
from backstop.services import NAMES
from backstop.shell import HOME, make_shell
from rulebook.scopes import KIND_OF
from schemas.codes import Role
from tests.conftest import COUNTY
from tests.helpers.acquainted import told
from tests.helpers.posts import post
from tests.kit.test_audit_doors import acted


@pytest.mark.parametrize("role", list(KIND_OF))
def test_every_entry_of_the_navigation_opens_for_its_role(
    client: Callable[..., TestClient], tmp_path, role: Role
):
    acted(client, "village")
    installation = Installation(tmp_path, fast=True)
    installation.found_county(COUNTY)
    front, actor = Front(installation, "http://proxy.invalid"), post(role)
    shell = make_shell()
    entries = [f"/{name}/" for name in shell.navigation(role)]
    entries += [link.href for link in shell.links_of(role)]
    entries += [HOME[role]] if role in HOME else []
    for href in entries:
        name = href.split("/")[1]
        browser = (
            client(name, actor)
            if name in NAMES
            else TestClient(make_front(front), headers=told(front, actor))
        )
        answer = browser.get(href, follow_redirects=True)
        assert answer.status_code == 200, (role, href, answer.text[-600:])


@pytest.mark.parametrize("role", list(KIND_OF))
def test_no_entry_stands_twice(role: Role):
    shell = make_shell()
    services = shell.navigation(role)
    if len(services) < 2:  # one alone is not shown
        return
    called = [*services.values(), *(link.label for link in shell.links_of(role))]
    assert len(called) == len(set(called))
