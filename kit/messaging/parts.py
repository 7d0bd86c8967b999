"""A report may be longer than a message: then it travels in several events that share its list (F-22)."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from schemas.event import InParts, Value

E = TypeVar("E", bound=InParts)
ROOM = (
    600_000  # bytes of the items: with what else an event says it stays below what the outbox takes
)


def in_parts(event: E, field: str, beside: str = "") -> list[E]:
    """The event as it is, or several in its place, each with as many items of its list `field` as an
    event carries. `beside`: a list whose items belong to those of the first, by their `finding`.
    """
    companions = {item.finding: item for item in (getattr(event, beside) if beside else ())}
    groups = list(_groups(getattr(event, field), companions))
    if len(groups) < 2:
        return [event]
    shared = [
        {field: tuple(group)}
        | ({beside: tuple(_of(group, companions))} if beside else {})
        | {"part": part, "more": part < len(groups) - 1}
        for part, group in enumerate(groups)
    ]
    return [event.model_copy(update=update) for update in shared]


def _of(group: Sequence[Any], companions: dict[str, Any]) -> Iterator[Any]:
    return (companions[item.finding] for item in group if item.finding in companions)


def _groups(items: Sequence[Any], companions: dict[str, Any]) -> Iterator[list[Any]]:
    """The items in their order, cut where the next would be too much."""
    group: list[Any] = []
    room = ROOM
    for item in items:
        size = _size(item) + sum(map(_size, _of([item], companions)) if companions else ())
        if group and size > room:
            yield group
            group, room = [], ROOM
        group.append(item)
        room -= size
    yield group


def _size(item: Value) -> int:
    return len(item.model_dump_json().encode())
