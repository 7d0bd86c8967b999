"""Each recipe of docs/howto is followed in a copy of the tree, as it is written there."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from backstop.engines import PostgresAccess
from tests.helpers.tree import ROOT, copy_tree

HOWTO = ROOT / "docs/howto"
BLOCK = re.compile(r"^```(diff|sh|python)(?: (\S+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
ROW = re.compile(r"^\| \[[^]]+\]\((\S+\.md)\) \| (\d+) \|", re.MULTILINE)
CHANGED = re.compile(r"^\+\+\+ b/(\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """What to do: `diff` is applied, `sh` is run, `python` becomes the file `name` and is run as a
    test.
    """

    kind: str
    name: str
    text: str


def blocks(page: Path) -> list[Block]:
    return [Block(*found) for found in BLOCK.findall(page.read_text("utf-8"))]


def index() -> dict[str, int]:
    """Page → how many places the index says that it changes."""
    return {
        page: int(places) for page, places in ROW.findall((HOWTO / "README.md").read_text("utf-8"))
    }


def places(patches: list[str]) -> int:
    """The hunks, tests left out; all files of a folder that is not there yet are one place."""
    files = [
        (name, part.count("\n@@ "))
        for patch in patches
        for part in re.split(r"^(?=--- )", patch, flags=re.MULTILINE)
        for name in CHANGED.findall(part)
        if not name.startswith("tests/")
    ]
    there = [hunks for name, hunks in files if (ROOT / name).parent.exists()]
    folders = {str(Path(name).parent) for name, _ in files if not (ROOT / name).parent.exists()}
    return sum(there) + len(_topmost(folders))


def _topmost(folders: set[str]) -> set[str]:
    return {one for one in folders if not any(one.startswith(f"{other}/") for other in folders)}


class Recipes:
    """Follows a page in a copy of the tree of its own, on the run's PostgreSQL."""

    def __init__(self, copy: Path, postgres: PostgresAccess) -> None:
        self.copy = copy
        (copy / ".venv").symlink_to(Path(sys.prefix))
        given = {
            "BACKSTOP_DATABASE_URL": postgres.url(),
            "BACKSTOP_KAFKA_BOOTSTRAP": "elsewhere",  # so that none is started
            "BACKSTOP_HOME": str(copy / "var"),
            "PYTHONPATH": str(copy),
        }
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith("BACKSTOP_")
        } | given

    def follow(self, block: Block) -> None:
        match block.kind:
            case "diff":
                self.run("git", "apply", "--whitespace=error", "-", given=block.text)
            case "sh":
                self.run("sh", "-eu", "-c", block.text)
            case "python":
                self.check(block)

    def check(self, block: Block) -> None:
        """Save the block as the test that it is, and run it."""
        path = self.copy / block.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, "utf-8")
        self.python("pytest", "-x", "-q", "-p", "no:cacheprovider", block.name)

    def python(self, *module: str) -> None:
        self.run(sys.executable, "-m", *module)

    def run(self, *command: str, given: str | None = None) -> None:
        done = subprocess.run(
            command,
            cwd=self.copy,
            env=self.environment,
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode == 0, f"{' '.join(command[:3])}\n{done.stdout}"


@pytest.fixture
def recipes(tmp_path: Path, postgres: PostgresAccess) -> Recipes:
    return Recipes(copy_tree(tmp_path / "tree"), postgres)


PAGES = sorted(page for page in HOWTO.glob("*.md") if page.name != "README.md")


def test_the_index_names_every_recipe():
    assert sorted(index()) == [page.name for page in PAGES]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_recipe_does_what_it_says(recipes: Recipes, page: Path):
    steps = blocks(page)
    patches = [step.text for step in steps if step.kind == "diff"]
    assert places(patches) == index()[page.name]
    assert steps[-1].kind == "python", "a recipe ends with its check"
    if patches:
        with pytest.raises(AssertionError, match="pytest"):  # or the check says nothing
            recipes.check(steps[-1])
    for step in steps:
        recipes.follow(step)
    changed = [name for patch in patches for name in CHANGED.findall(patch)]
    changed += [step.name for step in steps if step.kind == "python"]
    if programs := [name for name in changed if name.endswith(".py")]:
        recipes.python("ruff", "format", "--check", *programs)
        recipes.python("ruff", "check", *programs)
