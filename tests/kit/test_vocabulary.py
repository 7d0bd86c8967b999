"""The chassis knows no service and no role: neither its code nor its templates name one."""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from backstop.services import NAMES
from schemas.codes import Role

KIT = Path(__file__).parents[2] / "kit"
# Who acts when nobody does is the chassis' own (`kit.actor.SYSTEM`).
ROLES = {role.value for role in Role} - {Role.SYSTEM.value}
FOREIGN = ROLES | set(NAMES)


def named(tree: ast.AST) -> Iterator[str]:
    """Whole strings, and members of Role; words within a text or a docstring name nothing."""
    handed = {id(key) for node in ast.walk(tree) for key in keys_of_info(node)}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in handed
        ):
            yield node.value.strip("/")
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value) == "Role":
            yield node.attr


def keys_of_info(node: ast.AST) -> Sequence[ast.AST | None]:
    """What a session is handed: the code of the county it works for, no service."""
    if isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith(".info"):
        return [node.slice]
    if isinstance(node, ast.keyword) and node.arg == "info" and isinstance(node.value, ast.Dict):
        return node.value.keys
    return []


@pytest.mark.parametrize(
    "path", sorted(KIT.rglob("*.py")), ids=lambda path: str(path.relative_to(KIT))
)
def test_no_module_names_a_service_or_a_role(path: Path):
    assert FOREIGN & set(named(ast.parse(path.read_text(encoding="utf-8")))) == set()


@pytest.mark.parametrize("path", sorted(KIT.rglob("*.html")), ids=lambda path: path.name)
def test_no_template_names_a_service_or_a_role(path: Path):
    tree = Environment().parse(path.read_text(encoding="utf-8"))
    assert FOREIGN & {one.value for one in tree.find_all(nodes.Const)} == set()


def test_the_look_finds_what_it_looks_for():
    code = 'A = {"village": 1}\nB = "/county/"\nC = Role.HELPER\n"""the village"""\nD = "one village"\nE = s.info["county"]'
    assert FOREIGN & set(named(ast.parse(code))) == {"village", "county", "HELPER"}
