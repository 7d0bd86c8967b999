"""`backstop backup`: a key pair, streams and files encrypted, and what is said of a key that does not
fit.
"""

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from backstop.cli import app

COMMAND = (sys.executable, "-c", "from backstop.cli import app; app()", "backup")
WORDS = "户主赵有田，身份证号990121197001010017\n" * 30_000


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def said(*words: str | Path, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["backup", *map(str, words)])
    assert done.exit_code == code, done.output
    return done.output.replace("\n", "")


@pytest.fixture
def private(tmp_path: Path, home: Path) -> Path:
    file = tmp_path / "usb" / "backup.key"
    file.parent.mkdir()
    assert "age1" in said("key", file, "--home", home)
    return file


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    file = tmp_path / "county.dump"
    file.write_text(WORDS, encoding="utf-8")
    return file


def test_the_private_key_is_nowhere_in_the_installation(home, private):
    secret = private.read_text().split()[-1]
    assert secret.startswith("AGE-SECRET-KEY-1")
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert [file.name for file in home.rglob("*")] == ["backup-recipients.txt"]
    assert secret not in (home / "backup-recipients.txt").read_text()
    inside = home / "secrets" / "backup.key"
    assert "备份会连钥匙一起带走" in said("key", inside, "--home", home, code=1)
    assert "没有覆盖" in said("key", private, "--home", home, code=1)


def test_a_file_is_encrypted_beside_itself_and_comes_back(home, private, dump):
    said("encrypt", dump, "--home", home)
    closed = dump.with_name("county.dump.age")
    assert stat.S_IMODE(closed.stat().st_mode) == 0o600
    for clear in ("赵有田".encode(), b"990121197001010017"):
        assert clear not in closed.read_bytes()
    assert "没有覆盖" in said("decrypt", closed, "--key", private, code=1)
    dump.unlink()
    said("decrypt", closed, "--key", private)
    assert dump.read_text(encoding="utf-8") == WORDS


def test_as_a_stream_between_programs(home, private):
    def run(*words: str | Path, given: bytes) -> bytes:
        done = subprocess.run(
            [*COMMAND, *map(str, words)], input=given, capture_output=True, check=True
        )
        return done.stdout

    closed = run("encrypt", "--home", home, given=WORDS.encode())
    assert closed.startswith(b"age-encryption.org/v1")
    assert run("decrypt", "--key", private, given=closed) == WORDS.encode()


def test_two_keys_of_two_people_each_open_it(tmp_path, home, private, dump):
    second = tmp_path / "second.key"
    said("key", second, "--home", home)
    said("encrypt", dump, "--home", home)
    for key in (private, second):
        dump.unlink()
        said("decrypt", f"{dump}.age", "--key", key)
        assert dump.read_text(encoding="utf-8") == WORDS


def test_without_a_key_nothing_is_written(home, dump):
    assert "还没有备份公钥" in said("encrypt", dump, "--home", home, code=1)
    assert "age1 开头" in said("encrypt", dump, "--to", "age1wrong", code=1)
    assert not dump.with_name("county.dump.age").exists()


@pytest.mark.parametrize("cut", [0, 10, 200, 100_000])
def test_a_damaged_back_up_is_told_and_leaves_no_half_file(home, private, dump, cut):
    said("encrypt", dump, "--home", home)
    closed = Path(f"{dump}.age")
    closed.write_bytes(closed.read_bytes()[:cut])
    dump.unlink()
    assert "不完整" in said("decrypt", closed, "--key", private, code=1)
    assert not dump.exists()
    assert not [file for file in dump.parent.iterdir() if file.name.startswith(".")]


def test_a_changed_byte_is_told(home, private, dump):
    said("encrypt", dump, "--home", home)
    closed = Path(f"{dump}.age")
    octets = bytearray(closed.read_bytes())
    octets[-1000] ^= 1
    closed.write_bytes(octets)
    dump.unlink()
    assert "请换一份备份" in said("decrypt", closed, "--key", private, code=1)
    assert not dump.exists()


def test_the_wrong_key_and_no_key_are_told_apart(tmp_path, home, private, dump):
    said("encrypt", dump, "--home", home)
    dump.unlink()
    other = tmp_path / "other.key"
    said("key", other, "--home", tmp_path / "elsewhere")
    assert "请换做备份那时的私钥" in said("decrypt", f"{dump}.age", "--key", other, code=1)
    public = home / "backup-recipients.txt"
    for no_key in (public, tmp_path / "missing", tmp_path):
        assert "没有备份私钥" in said("decrypt", f"{dump}.age", "--key", no_key, code=1)
    assert "没有文件" in said("decrypt", "missing.age", "--key", private, code=1)
    assert "不是加密的备份" in said("decrypt", private, "--key", private, code=1)
