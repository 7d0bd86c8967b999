"""Personal data crosses a border only sealed: one JWE field (RFC 7516, dir, A256GCM); `kid` names
the key.
"""

import hmac
import json
import os
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from joserfc import jwe
from joserfc.jwk import OctKey
from pydantic import BaseModel

if TYPE_CHECKING:
    from sqlmodel import Session  # the engines start before it is imported

M = TypeVar("M", bound=BaseModel)
TAG = 16  # bytes at the end of what AES-GCM gives
# Characters of a sealed field: below what an event may have (outbox), far above what the fields of a
# form let in. The library alone would open no more than 64 KB.
LONGEST = 800_000
OPENS = jwe.JWERegistry()
OPENS.max_ciphertext_length = LONGEST


@dataclass(frozen=True)
class Keyring:
    """The county's own keys. `keys` maps kid to 32 raw bytes; `current` is the kid that seals;
    `hash_key` makes `id_hash`.
    """

    keys: Mapping[str, bytes]
    current: str
    hash_key: bytes
    cache: dict[str, OctKey] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def generate(cls) -> "Keyring":
        kid = f"county-{secrets.token_hex(4)}"
        return cls({kid: secrets.token_bytes(32)}, kid, secrets.token_bytes(32))

    def dump(self) -> str:
        return json.dumps(
            {
                "keys": {kid: key.hex() for kid, key in self.keys.items()},
                "current": self.current,
                "hash_key": self.hash_key.hex(),
            }
        )

    @classmethod
    def load(cls, text: str) -> "Keyring":
        """What `dump` wrote; the key that signed the tokens of 0.1.0 is left alone."""
        raw = json.loads(text)
        return cls(
            {kid: bytes.fromhex(key) for kid, key in raw["keys"].items()},
            raw["current"],
            bytes.fromhex(raw["hash_key"]),
        )

    def octet(self, kid: str) -> OctKey:
        if kid not in self.cache:
            self.cache[kid] = OctKey.import_key(self.keys[kid])
        return self.cache[kid]


def seal(session: "Session", words: BaseModel) -> str:
    """`words` for the county's own services."""
    ring = _ring(session)
    return seal_for(ring.current, ring.keys[ring.current], words)


def seal_for(kid: str, key: bytes, words: BaseModel) -> str:
    """`words` for the one reader who holds `key` (32 bytes), as a compact JWE; `ValueError` where
    they are longer than `unseal` opens (F-21).

    Put together here (RFC 7516, 5.1): with `dir` it is one encryption, and a register seals each of
    its households (decisions/0009).
    """
    header, vector = _header(kid), os.urandom(12)
    whole = _cipher(key).encrypt(vector, words.model_dump_json(exclude_none=True).encode(), header)
    no_key = b""  # `dir`: the reader has it
    text = _base64url(whole[:-TAG])
    if len(text) > LONGEST:
        raise ValueError(f"{len(text)} characters are sealed that nobody opens")
    return b".".join((header, no_key, _base64url(vector), text, _base64url(whole[-TAG:]))).decode()


@lru_cache(maxsize=100)
def _header(kid: str) -> bytes:
    return _base64url(
        json.dumps({"alg": "dir", "enc": "A256GCM", "kid": kid}, separators=(",", ":")).encode()
    )


@lru_cache(maxsize=100)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def _base64url(raw: bytes) -> bytes:
    return urlsafe_b64encode(raw).rstrip(b"=")


def unseal_with(key_of: Callable[[str], bytes], sealed: str, model: type[M]) -> M:
    """Open what the holder of one of several keys sealed; `key_of` takes its `kid` (32 raw bytes)."""
    opened = jwe.decrypt_compact(
        sealed,
        lambda token: OctKey.import_key(key_of(token.headers()["kid"])),
        algorithms=["dir", "A256GCM"],
    )
    return model.model_validate_json(opened.plaintext or b"")


def unseal(session: "Session", sealed: str, model: type[M]) -> M:
    """Open what another of the county's services sealed."""
    ring = _ring(session)
    opened = jwe.decrypt_compact(
        sealed, lambda token: ring.octet(token.headers()["kid"]), registry=OPENS
    )
    return model.model_validate_json(opened.plaintext or b"")


def id_hash(session: "Session", id_number: str) -> str:
    """HMAC-SHA256 of a normalised ID number under the county's key, hex: equal persons, equal
    hashes.
    """
    return hmac.digest(_ring(session).hash_key, id_number.encode(), "sha256").hex()


def _ring(session: "Session") -> Keyring:
    return session.info["keyring"]
