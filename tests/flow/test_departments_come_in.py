"""`backstop up --departments`: from nothing to a department's own system that answers over TLS."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from backstop.engines.private import free_ports
from tests.flow.conftest import SAMPLES
from tests.helpers.processes import end
from tests.helpers.tree import ROOT
from tests.helpers.up import Process

PROGRAM = ROOT / "examples/department_subscriber/subscriber.py"


@pytest.fixture
def up(own_engines: None, tmp_path: Path) -> Iterator[Process]:
    process = Process(tmp_path / "house")
    yield process
    process.close()


def test_h_04_a_departments_system_is_let_in_tried_and_its_certificate_renewed(
    up: Process, tmp_path: Path
) -> None:
    address = f"127.0.0.1:{free_ports(1)[0]}"
    up.up("--departments", address)
    assert f"部门接入：{address}" in up.said.read_text()
    up.take(SAMPLES / "organisation.xlsx")
    added = up.run("departments", "add", "housing")
    assert added.returncode == 0, added.stdout
    lines = [line for line in added.stdout.splitlines() if line.startswith("BACKSTOP_")]
    given = dict(line.split("=", 1) for line in lines)
    assert given["BACKSTOP_KAFKA_BOOTSTRAP"] == address
    ca = up.home / "departments" / given["BACKSTOP_KAFKA_CA"]
    program = subprocess.Popen(
        [sys.executable, PROGRAM, "--reply", "solved", "--state", tmp_path / "state.json"],
        env=os.environ | given | {"BACKSTOP_KAFKA_CA": str(ca)},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        tried = up.run("departments", "sandbox", "housing", "--wait", "90")
        assert "没有发现不对的地方。" in tried.stdout
        assert "没看到" not in tried.stdout
        renewed = up.run("departments", "certificate")
        assert "证书已换发" in renewed.stdout, renewed.stdout
        again = up.run("departments", "sandbox", "housing", "--wait", "90")
        assert again.returncode == 0, again.stdout
        assert program.poll() is None
    finally:
        end(program)
