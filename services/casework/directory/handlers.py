"""Names of places, as village tells them, and of departments, as dispatch does."""

from sqlmodel import Session

from kit.closing import ending
from kit.directory import Entry, Feed
from kit.messaging.inbox import Handlers
from schemas.codes import DirectoryKind
from schemas.dispatch import DepartmentNamed
from schemas.village import DivisionNamed

handlers = Handlers()
feed = Feed()


@feed.on(DivisionNamed)
def division(session: Session, event: DivisionNamed) -> Entry:
    return Entry(
        DirectoryKind(event.level), event.division, event.name, parent=event.parent, **ending(event)
    )


@feed.on(DepartmentNamed)
def department(session: Session, event: DepartmentNamed) -> Entry:
    return Entry(DirectoryKind.DEPARTMENT, event.department, event.name, **ending(event))


feed.hear(handlers)
