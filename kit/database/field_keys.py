"""The keys of columns that are encrypted: a file of their own, never in the database and not in its
back-up.

`Keyring` (kit.seal) seals what travels and stays as long as the topics; these keys never leave the
machine and are changed whenever the county likes: two files, so that who needs one has not the other.
"""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from time import monotonic

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

EVERY = 2.0  # seconds between two looks at the file, from whichever process
KID = 4  # bytes; eight hex digits


class FieldKeyMissing(Exception):
    """The database holds what no key of the file opens: an operator has to bring the right file."""


class FieldDamaged(Exception):
    """One value opens with no key: it was changed, or brought here from another column."""


@dataclass(frozen=True)
class KeySet:
    """`keys` maps kid (eight hex digits) to 32 raw bytes, oldest first; `current` encrypts."""

    keys: Mapping[str, bytes]
    current: str

    @classmethod
    def generate(cls) -> "KeySet":
        kid = secrets.token_hex(KID)
        return cls({kid: secrets.token_bytes(32)}, kid)

    def dump(self) -> str:
        keys = {kid: key.hex() for kid, key in self.keys.items()}
        return json.dumps({"keys": keys, "current": self.current})

    @classmethod
    def load(cls, text: str) -> "KeySet":
        raw = json.loads(text)
        keys = {kid: bytes.fromhex(key) for kid, key in raw["keys"].items()}
        if raw["current"] not in keys or {len(key) for key in keys.values()} != {32}:
            raise ValueError("no current key, or one that is not 32 bytes")
        return cls(keys, raw["current"])

    @cached_property
    def ciphers(self) -> dict[str, AESGCM]:
        return {kid: AESGCM(key) for kid, key in self.keys.items()}

    def added(self) -> "KeySet":
        """With a new key that does not encrypt yet."""
        kid = secrets.token_hex(KID)
        return KeySet({**self.keys, kid: secrets.token_bytes(32)}, self.current)

    def using(self, kid: str) -> "KeySet":
        return KeySet(self.keys, kid)

    def without(self, kid: str) -> "KeySet":
        return KeySet({k: key for k, key in self.keys.items() if k != kid}, self.current)

    @property
    def next(self) -> str | None:
        """The newest key, where it does not encrypt yet."""
        newest = list(self.keys)[-1]
        return None if newest == self.current else newest


@dataclass
class FieldKeys:
    """The keys as a process has them. A file that was changed is read again: a rotation asks no
    service to stop.
    """

    path: Path | None = None
    held: KeySet | None = None
    _seen: tuple[int, int] | None = field(default=None, repr=False)
    _looked: float = field(default=0.0, repr=False)

    @classmethod
    def of(cls, keys: KeySet) -> "FieldKeys":
        """Without a file: for tests and examples."""
        return cls(held=keys)

    @property
    def set(self) -> KeySet:
        """What stands in the file; at most two seconds old."""
        now = monotonic()
        if self.held is None or (self.path and now - self._looked > EVERY):
            self.read()
        assert self.held is not None
        return self.held

    def read(self) -> None:
        self._looked = monotonic()
        if self.path is None:
            return
        try:
            status = os.stat(self.path)
            if (status.st_ino, status.st_mtime_ns) != self._seen:
                self.held = KeySet.load(self.path.read_text(encoding="utf-8"))
                self._seen = status.st_ino, status.st_mtime_ns
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            if self.held is None:  # one that is being exchanged is read at the next look
                raise FieldKeyMissing(
                    f"读不出字段密钥文件 {self.path}。请从另存的备份取回这个文件，放回原处再启动。"
                ) from error

    def cipher(self, kid: str, where: str) -> AESGCM:
        """The key of this name, which another process may just have made; `FieldKeyMissing`."""
        known = self.set.ciphers.get(kid)
        if known is None:
            self.read()
            known = self.set.ciphers.get(kid)
        if known is None:
            raise FieldKeyMissing(
                f"{where}用字段密钥 {kid} 加密，密钥文件里没有这一把。请从另存的备份取回密钥文件。"
            )
        return known
