"""Which events name what: declared by a service, applied to what it hears and to what it says."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from sqlmodel import Session

from kit.directory.table import Entry, put
from kit.messaging.inbox import Handlers
from schemas.event import Event

E = TypeVar("E", bound=Event)
Said = Entry | Iterable[Entry] | None


class Feed:
    """Event type → what it says of the directory: one entry, several or none."""

    def __init__(self) -> None:
        self._says: dict[type[Event], Callable[[Session, Any], Entry | Iterable[Entry] | None]] = {}

    def on(
        self, event: type[E]
    ) -> Callable[[Callable[[Session, E], Said]], Callable[[Session, E], Said]]:
        def register(function: Callable[[Session, E], Said]) -> Callable[[Session, E], Said]:
            self._says[event] = function
            return function

        return register

    def hear(self, handlers: Handlers) -> None:
        """Keep what comes with events of these types, before whoever else takes them."""
        for event in self._says:
            handlers.beside(event, self._heard)

    def keep(self, session: Session, *events: Event) -> None:
        """Write what these events say; the owner calls it beside `emit`. Others say nothing."""
        put(
            session,
            *self._last(entry for event in events for entry in self._entries(session, event)),
        )

    def _heard(self, session: Session, events: Sequence[Event]) -> None:
        self.keep(session, *events)

    def _entries(self, session: Session, event: Event) -> Iterable[Entry]:
        says = self._says.get(type(event))
        entries = says(session, event) if says else None
        return (entries,) if isinstance(entries, Entry) else entries or ()

    @staticmethod
    def _last(entries: Iterable[Entry]) -> Iterable[Entry]:
        """Of one code only what was said last."""
        return {(entry.kind, entry.code): entry for entry in entries}.values()
