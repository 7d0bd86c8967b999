"""Directory: what codes are called. One table in each service's database, a projection from events.

kit knows no kind of thing and no event: a service says which of them name what, and feeds its table
with what it hears and with what it says itself.

    feed = Feed()

    @feed.on(UnitNamed)
    def unit(session: Session, event: UnitNamed) -> Entry:
        return Entry(DirectoryKind.UNIT, event.unit, event.name)

    feed.hear(handlers)               # others' events, as they come
    feed.keep(session, event)         # one's own, beside `emit`

    directory.names(session, DirectoryKind.UNIT, [row.unit for row in rows])     # one statement a page
"""

from kit.directory.feed import Feed
from kit.directory.succession import answers_for
from kit.directory.table import (
    Entry,
    children,
    ended,
    entries,
    entry,
    exists,
    find,
    full_names,
    name,
    named,
    named_in,
    names,
    put,
    why_gone,
)

__all__ = [
    "Entry",
    "Feed",
    "answers_for",
    "children",
    "ended",
    "entries",
    "entry",
    "exists",
    "find",
    "full_names",
    "name",
    "named",
    "named_in",
    "names",
    "put",
    "why_gone",
]
