"""One installation: everything below one folder, its keys made at random at the first start."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from backstop.engines import Engines
from backstop.engines.private import make_folder, read_state, update_state, write_private
from backstop.engines.settings import plain, read
from backstop.token_keys import KeyFile
from kit.access.keys import Signer
from kit.access.token import NOWHERE
from kit.database.field_keys import FieldKeys, KeySet
from kit.seal import Keyring
from rulebook.book import Book, name_codes
from rulebook.calendar import state_council
from rulebook.packs import Pack, PackInvalid, clashes, load_pack, load_pack_file, own_files


@dataclass(frozen=True)
class Installation:
    """`home` holds engines, secrets, settings; `fast` gives up safety after a power cut, for tests
    and the demo; `departments`: where their own systems reach Kafka (host:port).

    The settings may name the county, its keys and the shipped packs in force; the county's own packs
    are below `home`/packs, the calendar's overrides `home`/calendar.toml.
    """

    home: Path
    fast: bool = False
    demo: bool = False
    departments: str | None = None

    @property
    def packs_folder(self) -> Path:
        """Where the county's own policy packs lie."""
        return read().packs_folder or self.home / "packs"

    @property
    def packs(self) -> tuple[Pack, ...]:
        """In force: the shipped ones that the settings name, and all of the county's own;
        `LookupError`, `PackInvalid`.
        """
        own = tuple(map(load_pack_file, own_files(self.packs_folder)))
        packs = tuple(map(load_pack, read().packs)) + own
        if errors := clashes(packs):
            raise PackInvalid(errors)
        return packs

    @cached_property
    def engines(self) -> Engines:
        return Engines(self.home, fast=self.fast, departments=self.departments)

    @property
    def keyring_file(self) -> Path:
        return read().keyring or self.home / "secrets" / "keyring.json"

    @cached_property
    def keyring(self) -> Keyring:
        path = self.keyring_file
        if read().keyring is None and not path.exists():
            make_folder(path.parent)
            write_private(path, Keyring.generate().dump())
        return Keyring.load(path.read_text(encoding="utf-8"))

    @property
    def field_keys_file(self) -> Path:
        return read().field_keys or self.home / "secrets" / "field-keys.json"

    @cached_property
    def field_keys(self) -> FieldKeys:
        """Of the columns that are encrypted; a database that knows others refuses them (`prove`)."""
        path = self.field_keys_file
        if read().field_keys is None and not path.exists():
            make_folder(path.parent)
            write_private(path, KeySet.generate().dump())
        keys = FieldKeys(path)
        keys.read()
        return keys

    @cached_property
    def book(self) -> Book:
        overrides = self.home / "calendar.toml"
        calendar = state_council(overrides if overrides.exists() else None)
        name_codes(self.packs)
        return Book(calendar, self.packs)

    @property
    def token_keys(self) -> KeyFile:
        """What signs tokens: of access and of the command line alone."""
        return KeyFile(read().token_keys or make_folder(self.home / "secrets") / "token-keys.json")

    @cached_property
    def signer(self) -> Signer:
        return Signer(self.token_keys.read, lambda: self.county)

    def password(self, service: str) -> str:
        """The service's own at both engines: from the settings, else a random secret of this
        installation.
        """
        passwords = dict(
            part.split("=", 1)
            for part in (plain(read().service_passwords) or "").split(",")
            if "=" in part
        )
        return passwords.get(service) or self.engines.secret(f"{service}-service")

    @property
    def county(self) -> str:
        return read().county or read_state(self.home / "county.json").get("county", NOWHERE)

    def found_county(self, code: str) -> None:
        """The organisation workbook named the county (twelve digits); it never changes
        afterwards.
        """
        make_folder(self.home)
        update_state(self.home / "county.json", county=code)

    @property
    def audit_heads(self) -> Path:
        """Where each day's head of every audit is written down, outside the databases."""
        return read().audit_heads or self.home / "audit-heads"

    @property
    def out(self) -> Path:
        """Where files for people are written."""
        return self.home / "files"
