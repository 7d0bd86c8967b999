"""Back-ups encrypted whole (age, X25519): what is written can be made by whoever has the public key,
and read only with the private one, which lies elsewhere.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import pyrage
from pyrage.x25519 import Identity, Recipient

from backstop.engines.private import make_folder, write_private
from kit.errors import Refused

RECIPIENTS = "backup-recipients.txt"  # below the home folder; a line each, # begins a comment
NO_RECIPIENT = (
    "还没有备份公钥，没有加密。请先运行 backstop backup key 文件名，"
    "把写出的私钥保存在别处；或者用 --to 给出公钥（age1…）。"
)
NO_KEY = "{path} 里没有备份私钥（AGE-SECRET-KEY-1…）。请找出 backstop backup key 写出的那个文件。"
WRONG_KEY = "{what} 解不开：不是用这把私钥对应的公钥加密的。请换做备份那时的私钥。"
DAMAGED = "{what} 解不开：文件不完整，或者不是加密的备份。请换一份备份。"
INSIDE = "私钥不能放在 {home} 里：备份会连钥匙一起带走。请写到别处，例如U盘。"
THERE = "{path} 已经存在，没有覆盖。请换一个文件名。"


def make_key(file: Path, home: Path) -> str:
    """A new key pair: the private key into `file`, the public one (returned) beside those that the
    installation has. Back-ups from now on can be read with each of them.
    """
    if file.exists():
        raise Refused(THERE.format(path=file))
    if file.resolve().is_relative_to(home.resolve()):
        raise Refused(INSIDE.format(home=home))
    identity = Identity.generate()
    recipient = str(identity.to_public())
    known = make_folder(home) / RECIPIENTS
    before = known.read_text(encoding="utf-8") if known.exists() else ""
    write_private(file, f"# public key: {recipient}\n{identity}\n")  # as age-keygen writes it
    write_private(known, f"{before}{recipient}\n")
    return recipient


def recipients(home: Path, given: list[str]) -> list[Recipient]:
    """Those named, or the installation's own; `Refused` where there is none, or one is no key."""
    known = home / RECIPIENTS
    lines = given or (known.read_text(encoding="utf-8").splitlines() if known.exists() else [])
    words = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    if not words:
        raise Refused(NO_RECIPIENT)
    try:
        return [Recipient.from_str(word) for word in words]
    except pyrage.RecipientError as error:
        raise Refused("备份公钥写得不对：应当是 age1 开头的一行。请检查后再试。") from error


def identities(file: Path) -> list[Identity]:
    """The private keys in a file; `Refused` where there is none."""
    try:
        lines = file.read_text(encoding="utf-8").split()
        found = [Identity.from_str(line) for line in lines if line.startswith("AGE-SECRET-KEY-")]
    except (OSError, UnicodeError, pyrage.IdentityError) as error:
        raise Refused(NO_KEY.format(path=file)) from error
    if not found:
        raise Refused(NO_KEY.format(path=file))
    return found


def encrypt(source: BinaryIO, target: BinaryIO, to: list[Recipient]) -> None:
    """As a stream, of any length."""
    pyrage.encrypt_io(source, target, to)


def decrypt(source: BinaryIO, target: BinaryIO, keys: list[Identity], what: str) -> None:
    """As a stream. `Refused` by another key, and where the end is missing or a byte was changed:
    what was written until then is not to be used.
    """
    try:
        pyrage.decrypt_io(source, target, keys)
    except (pyrage.DecryptError, ValueError, OSError) as error:
        wrong = "no matching key" in str(error).lower()
        raise Refused((WRONG_KEY if wrong else DAMAGED).format(what=what)) from error


def write_beside(source: Path, target: Path, change: Callable[[BinaryIO, BinaryIO], None]) -> None:
    """`change` the file into another one, readable by us alone: there whole, or not at all."""
    if target.exists():
        raise Refused(THERE.format(path=target))
    with source.open("rb") as reader, _whole(target) as writer:
        change(reader, writer)


@contextmanager
def _whole(path: Path) -> Iterator[BinaryIO]:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
