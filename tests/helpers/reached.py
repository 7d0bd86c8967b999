"""What the tests of a coverage run reached, by door, event and refusal: `python -m tests.helpers.reached`
after `pytest --cov` names what no test came to.

A door or a handler is reached when a line of its body ran, a refusal when its `raise` did, an event
is emitted when a line that names its class in a function did.
"""

import ast
import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from textwrap import dedent
from types import FunctionType
from typing import Any

from coverage import CoverageData
from fastapi.routing import iter_route_contexts

from backstop.services import every_service
from schemas.event import Event

ROOT = Path(__file__).parents[2]
Place = tuple[Path, frozenset[int]]  # a file, and lines of which one has to run
Places = dict[str, list[Place]]  # by name: reached when one of its places is


def doors() -> Places:
    """Every method and path of the services' routing tables."""
    return {
        f"{method} {context.path}": [body(context.original_route.endpoint)]
        for service in every_service()
        for router in service.routers
        for context in iter_route_contexts(list(router.routes))
        for method in sorted(context.methods or ())
    }


def heard() -> Places:
    """Every event that a service takes, with the function that takes it there."""
    return {
        f"{service.name} hears {kind}": [body(inspect.getclosurevars(take).nonlocals["function"])]
        for service in every_service()
        for kind, take in service.handlers._takes.items()
    }


KNOWN = frozenset(Event.known.values())  # the others are what several of them share


def emitted() -> Places:
    """Every event that a service makes: where a function names its class."""
    found: Places = {}
    for path in sources("*.py"):
        names = vars(import_module(".".join(path.relative_to(ROOT).with_suffix("").parts)))
        for node in functions(path):
            for name in (one for part in node.body for one in ast.walk(part)):
                made = names.get(name.id) if isinstance(name, ast.Name) else None
                if isinstance(made, type) and issubclass(made, Event) and made in KNOWN:
                    found.setdefault(made.type, []).append((path, lines(name)))
    return found


def refusals() -> Places:
    """Every `raise` of commands and rules."""
    return {
        f"{path.relative_to(ROOT)}:{node.lineno} {ast.unparse(node)[:90]}": [(path, lines(node))]
        for room in ("commands.py", "rules.py")
        for path in sources(room)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Raise) and node.exc
    }


def sources(name: str) -> Iterator[Path]:
    yield from sorted((ROOT / "services").glob(f"*/*/{name}"))


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def lines(node: ast.stmt | ast.expr) -> frozenset[int]:
    return frozenset(range(node.lineno, (node.end_lineno or node.lineno) + 1))


def body(function: Callable[..., Any]) -> Place:
    """Its lines without the signature, which runs when the module is imported."""
    plain = inspect.unwrap(function)
    assert isinstance(plain, FunctionType)
    source, first = inspect.getsourcelines(plain)
    (found,) = ast.parse(dedent("".join(source))).body
    assert isinstance(found, ast.FunctionDef | ast.AsyncFunctionDef)
    inside = [line + first - 1 for one in found.body for line in lines(one)]
    return Path(inspect.getfile(plain)), frozenset(inside)


def unreached(places: Places, data: CoverageData) -> list[str]:
    ran = {path: frozenset(data.lines(path) or ()) for path in data.measured_files()}
    return [
        name
        for name, known in places.items()
        if not any(ran.get(str(path), frozenset()) & some for path, some in known)
    ]


def main() -> None:
    data = CoverageData(str(ROOT / ".coverage"))
    data.read()
    for what, places in {
        "doors": doors(),
        "events heard": heard(),
        "events emitted": emitted(),
        "refusals": refusals(),
    }.items():
        lost = unreached(places, data)
        print(f"{what}: {len(places) - len(lost)} of {len(places)} reached")
        print(*(f"  not reached: {name}" for name in lost), sep="\n", end="\n" if lost else "")


if __name__ == "__main__":
    main()
