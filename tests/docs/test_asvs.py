"""docs/asvs.md names every requirement of OWASP ASVS 4.0.3, levels 1 and 2, and only files and tests
that there are; docs/security.md too.
"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (V\d+\.\d+\.\d+) \| (.+?) \| (.+?) \| (.*?) ?\|$", re.MULTILINE)
NAMED = re.compile(r"`([\w./-]+/[\w./-]*|[\w-]+\.(?:md|yml|lock|toml))(?:::(\w+))?`")
STATES = {"met", "part", "open", "n/a"}
# Section -> its requirements of levels 1 and 2; the others are of level 3 or were withdrawn.
LEVEL_2 = {
    "1.1": "1-7", "1.2": "1-4", "1.4": "1 4-5", "1.5": "1-4", "1.6": "1-4", "1.7": "1-2",
    "1.8": "1-2", "1.9": "1-2", "1.10": "1", "1.11": "1-2", "1.12": "2", "1.14": "1-6",
    "2.1": "1-12", "2.2": "1-3", "2.3": "1-3", "2.4": "1-5", "2.5": "1-7", "2.6": "1-3",
    "2.7": "1-6", "2.8": "1-7", "2.9": "1-3", "2.10": "1-4",
    "3.1": "1", "3.2": "1-4", "3.3": "1-4", "3.4": "1-5", "3.5": "1-3", "3.7": "1",
    "4.1": "1-3 5", "4.2": "1-2", "4.3": "1-3",
    "5.1": "1-5", "5.2": "1-8", "5.3": "1-10", "5.4": "1-3", "5.5": "1-4",
    "6.1": "1-3", "6.2": "1-6", "6.3": "1-2", "6.4": "1-2",
    "7.1": "1-4", "7.2": "1-2", "7.3": "1 3-4", "7.4": "1-3",
    "8.1": "1-4", "8.2": "1-3", "8.3": "1-8",
    "9.1": "1-3", "9.2": "1-4", "10.2": "1-2", "10.3": "1-3", "11.1": "1-8",
    "12.1": "1-3", "12.2": "1", "12.3": "1-6", "12.4": "1-2", "12.5": "1-2", "12.6": "1",
    "13.1": "1 3-5", "13.2": "1-3 5-6", "13.3": "1-2", "13.4": "1-2",
    "14.1": "1-4", "14.2": "1-6", "14.3": "2-3", "14.4": "1-7", "14.5": "1-4",
}  # fmt: skip


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def required() -> list[str]:
    """Their numbers, in the standard's order."""
    numbers = []
    for section, runs in LEVEL_2.items():
        for run in runs.split():
            first, _, last = run.partition("-")
            numbers += [f"V{section}.{n}" for n in range(int(first), int(last or first) + 1)]
    return numbers


def missing(document: str) -> list[str]:
    """Files and tests that a document names and that are not there."""
    gone = []
    for path, test in NAMED.findall(document):
        file = ROOT / path
        if not file.exists():
            gone.append(path)
        elif test and test not in {
            node.name
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }:
            gone.append(f"{path}::{test}")
    return gone


def test_every_requirement_of_level_2_has_its_line():
    assert [row[0] for row in ROW.findall(text("docs/asvs.md"))] == required()
    assert len(required()) == 259


def test_what_is_met_or_partly_met_names_where_it_is_shown():
    before = ""
    for number, _, state, shown in ROW.findall(text("docs/asvs.md")):
        assert state in STATES, number
        if state == "part":
            assert shown, number
        if state == "met":
            assert NAMED.search(shown) or shown.startswith(("the same", "as V")) or before, number
        before = shown


@pytest.mark.parametrize("name", ["docs/asvs.md", "docs/security.md", "SECURITY.md"])
def test_every_file_and_test_that_is_named_is_there(name: str):
    assert missing(text(name)) == []


def test_a_test_that_is_gone_is_found():
    assert missing("`tests/docs/test_asvs.py::test_that_was_renamed`, `docs/none.md`") == [
        "tests/docs/test_asvs.py::test_that_was_renamed",
        "docs/none.md",
    ]
