"""Whoever changes a value of a pack changes what Backstop does (F-42): each value is read, or marked
unused.

The code is read, not run: `pack.monthly.group_due_day`, a section under a name of its own
(`limits = pack.dispatch`, `monthly, meeting = pack.monthly, pack.meeting`), and a key in the table of
a procedure ("dispatch.report_limit").
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from rulebook.packs import Pack, is_unused
from rulebook.packs.loading import NAME_PLATE

ROOT = Path(__file__).parents[2]
PACKS = ROOT / "rulebook/packs"
MERELY_SHOWN = {ROOT / "backstop/packs.py", ROOT / "backstop/cli/packs.py"}
TOP = Pack.model_fields.keys() - NAME_PLATE - {"sources", "content"}
SECTIONS = {
    name: field.annotation
    for name, field in Pack.model_fields.items()
    if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
}
KEYS = sorted(
    (TOP - SECTIONS.keys()) | {f"{s}.{v}" for s in SECTIONS for v in SECTIONS[s].model_fields}
)

DOTTED = {key for key in KEYS if "." in key}


def sources() -> Iterator[ast.Module]:
    for folder in ("rulebook", "kit", "services", "backstop"):
        for path in (ROOT / folder).rglob("*.py"):
            if path.parent != PACKS and path not in MERELY_SHOWN:
                yield ast.parse(path.read_text(encoding="utf-8"))


def read_in(tree: ast.AST) -> set[str]:
    """The dotted keys that a file reads, methods of sections among them (`dispatch.solve_limit_for`)."""
    names = dict(_named_sections(tree))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            section = _section(node.value, names)
            if section:
                found.add(f"{section}.{node.attr}")
            found.add(node.attr)
        elif isinstance(node, ast.Constant) and node.value in DOTTED:
            found.add(node.value)
    return found


def _section(node: ast.expr, names: dict[str, str]) -> str | None:
    """Which section an expression is."""
    if isinstance(node, ast.Attribute) and node.attr in SECTIONS:
        return node.attr
    return names.get(node.id) if isinstance(node, ast.Name) else None


def _named_sections(tree: ast.AST) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            pairs = (
                zip(target.elts, node.value.elts, strict=False)
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
                else [(target, node.value)]
            )
            for name, value in pairs:
                if isinstance(name, ast.Name) and (section := _section(value, {})):
                    yield name.id, section


def read_by_methods() -> dict[str, set[str]]:
    """What the pack's own methods read: {"dispatch.solve_limit_for": {"dispatch.solve_limit"}}."""
    classes = {model.__name__: f"{name}." for name, model in SECTIONS.items()} | {"Pack": ""}
    found: dict[str, set[str]] = {}
    for path in PACKS.glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and node.name in classes:
                prefix = classes[node.name]
                for method in node.body:
                    if isinstance(method, ast.FunctionDef):
                        found[prefix + method.name] = {
                            f"{prefix}{ast.unparse(part).removeprefix('self.')}"
                            for part in ast.walk(method)
                            if isinstance(part, ast.Attribute)
                            and ast.unparse(part).startswith("self.")
                        }
    return found


@pytest.fixture(scope="module")
def read() -> set[str]:
    found = set().union(*map(read_in, sources()))
    for method, keys in read_by_methods().items():
        if method in found:
            found |= keys
    return found


@pytest.mark.parametrize("key", KEYS)
def test_a_value_is_read_or_marked_unused(read, key):
    assert is_unused(key) is (key not in read), (
        f"{key}: take `Unused` off, somebody reads it" if key in read else f"{key}: nobody reads it"
    )


def test_what_the_search_sees():
    seen = read_in(
        ast.parse(
            "limits, calendar = service.pack(s, d).dispatch, book.calendar\n"
            "limits.report_limit.label\n"
            "monthly = pack.monthly\n"
            "monthly.group_due_day\n"
            "rules.exit.strict\n"
            "order.report_limit2\n"
            "Clock({ISSUE: 'dispatch.solve_limit'})\n"
        )
    )
    assert seen & set(KEYS) == {
        "dispatch.report_limit",
        "dispatch.solve_limit",
        "monthly.group_due_day",
        "exit.strict",
    }
