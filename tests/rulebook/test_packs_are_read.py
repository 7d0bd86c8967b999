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


def test_f_42_a_value_is_read_or_marked_unused():
    """Where they differ: take `Unused` off what somebody reads, mark what nobody does."""
    read = set().union(*map(read_in, sources()))
    for method, keys in read_by_methods().items():
        if method in read:
            read |= keys
    assert {key for key in KEYS if is_unused(key)} == set(KEYS) - read


def test_f_43_no_limit_stands_beside_the_pack():
    """No service makes one, or counts its own number of days from another."""
    made = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in (ROOT / "services").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if is_a_limit(node)
    ]
    assert made == []


def is_a_limit(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module == "rulebook.limits"
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("add", "shift")  # of a calendar or the pack's terms
        and isinstance(node.args[-1], ast.Constant)
        and isinstance(node.args[-1].value, int)
    )


@pytest.mark.parametrize(
    "code",
    ["from rulebook.limits import Limit", "calendar.add(on, 15)", "terms.shift(case.due, 1)"],
)
def test_f_43_what_counts_as_a_limit(code):
    assert any(map(is_a_limit, ast.walk(ast.parse(code))))


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
