"""The application: the same rooms in every service, documents that name what exists, nobody real in the
repository.
"""

import ast
import re
import subprocess
from collections.abc import Iterator
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path

import grimp
import pytest

from backstop.services import NAMES
from rulebook.ids import InvalidId, check_id_number

ROOT = Path(__file__).parents[2]
ROOMS = {
    "models",
    "rules",
    "policy",
    "forms",
    "queries",
    "commands",
    "views",
    "documents",
    "api",
    "pages",
    "handlers",
    "jobs",
    "sheets",
    "tasks",
    "deadlines",
    "lists",
    "procedure",
}
OFFICIAL = {
    "11010519491231002X",
    "440524188001010014",
    "34052419800101001X",
}  # specimens of GB 11643
SOURCES = ("schemas", "rulebook", "kit", "services", "backstop", "bench", "examples", "deploy")
# Functions over 40 lines and files over 400, migrations apart: why each is better left whole.
LONG: dict[str, str] = {}


@pytest.mark.parametrize("service", NAMES)
def test_every_feature_is_a_folder_with_the_same_rooms(service: str):
    folder = ROOT / "services" / service
    declared = import_module(f"services.{service}.service")
    folders = {path.parent.name for path in folder.glob("*/__init__.py")}
    assert folders == set(declared.FEATURES)
    for feature in folders:
        text = (folder / feature / "__init__.py").read_text(encoding="utf-8")
        assert text.startswith('"""'), f"{feature} does not say what it is"
        rooms = {path.stem for path in (folder / feature).glob("*.py")} - {"__init__"}
        assert rooms <= ROOMS, (feature, rooms - ROOMS)
    assert list((folder / "migrations" / "versions").glob("0001_*.py"))


def test_nothing_imports_in_a_circle():
    graph = grimp.build_graph("schemas", "rulebook", "kit", "services", "backstop")
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    circles = TopologicalSorter(imports)
    circles.prepare()  # CycleError names one


def long_places(path: Path) -> Iterator[str]:
    """The file, if it has more than 400 lines, and its functions of more than 40, without their
    decorators.
    """
    name, text = path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
    if len(text.splitlines()) > 400:
        yield name
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno
            if node.end_lineno - node.lineno >= 40:
                yield f"{name}: {node.name}"


def test_what_is_long_is_listed_with_a_reason_and_nothing_else_is():
    found = {
        place
        for folder in SOURCES
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.parts
        for place in long_places(path)
    }
    assert found - LONG.keys() == set(), "split it where its parts have meaning, or say why not"
    assert LONG.keys() - found == set(), "no longer long: take it off the list"


# What offices write is Chinese; whoever reads it compares it.
READERS = {
    "backstop/importer.py": "a level in the organisation workbook",
    "kit/sheets/sheet.py": "lines of totals",
    "rulebook/cells.py": "a cause's label",
    "rulebook/money.py": "万元",
    "services/unit/visits/forms.py": "how somebody was contacted",
    "services/village/lists/sheets.py": "a line below the table",
}
CHINESE = re.compile("[\u4e00-\u9fff]")
SEARCHES = {"startswith", "endswith", "find", "index", "count", "removeprefix", "removesuffix"}


def judges_chinese(node: ast.AST) -> bool:
    """A comparison, a match or a search in which a Chinese literal stands."""
    if isinstance(node, ast.Compare | ast.MatchValue):
        parts = [node]
    elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in SEARCHES:
        parts = list(node.args)
    else:
        return False
    literals = (one.value for part in parts for one in ast.walk(part) if type(one) is ast.Constant)
    return any(CHINESE.search(text) for text in literals if isinstance(text, str))


def test_f_44_chinese_text_decides_nothing_but_what_a_cell_says():
    found = {
        path.relative_to(ROOT).as_posix()
        for folder in ("schemas", "rulebook", "kit", "services", "backstop")
        for path in (ROOT / folder).rglob("*.py")
        if any(map(judges_chinese, ast.walk(ast.parse(path.read_text(encoding="utf-8")))))
    }
    assert found == READERS.keys()


def test_documents_name_files_that_exist():
    documents = (
        "README.md",
        "README.zh-CN.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "decisions/README.md",
    )
    for document in (
        *documents,
        *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")),
    ):
        text = (ROOT / document).read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#:]+)\)", text):
            assert ((ROOT / document).parent / target).exists(), (document, target)
        for path in re.findall(
            r"`((?:kit|services|schemas|rulebook|backstop|tests|examples|deploy)/[\w./-]+\.(?:py|sql|html))",
            text,
        ):
            assert (ROOT / path).exists() or (ROOT / path.removesuffix(".py")).is_dir(), (
                document,
                path,
            )


def test_the_readme_shows_the_two_commands_first():
    for readme in ("README.md", "README.zh-CN.md"):
        text = (ROOT / readme).read_text(encoding="utf-8")
        block = re.search(r"```sh\n(.*?)```", text, re.DOTALL)
        assert block
        assert [line.split("#")[0].strip() for line in block[1].strip().splitlines()] == [
            "make demo",
            "make test",
        ]


def test_nobody_real_stands_in_the_repository():
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False
    ).stdout.decode()
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if (
            path.suffix not in (".py", ".md", ".toml", ".html", ".json", ".yml")
            or not path.exists()
        ):
            continue
        text = path.read_text(encoding="utf-8")
        for number in re.findall(r"(?<!\d)[1-9]\d{16}[\dXx](?!\d)", text):
            if number[:2] != "99" and number.upper() not in OFFICIAL:
                with pytest.raises(InvalidId):
                    check_id_number(number)
        for phone in re.findall(r"(?<![\d.])1[3-9]\d{9}(?!\d)", text):
            assert phone.startswith("1600000"), (name, phone)
