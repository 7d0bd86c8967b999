"""Who answers for what is no longer there: its successor, of which the directory tells.

Whoever said that a place ended told whose its open things are (`kit/directory/closing.py`), with
chains resolved: A merged into B, B later into C, and A's successor is C. A place that ended answers
for nothing any more, not even for itself.

    answers_for(session, actor)         # ("990121100201", "990121100204"): his own, and a closed one
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    CompoundSelect,
    Select,
    Text,
    cast,
    column,
    exists,
    func,
    select,
    table,
)
from sqlmodel import Session

from kit.actor import Actor

DIRECTORY = table(
    "directory",
    column("code", Text),
    column("kind", Text),
    column("parent", Text),
    column("successor", Text),
)
Codes = Select[Any] | CompoundSelect[Any]
KEPT = "directory.answers"  # in a session's info: its transaction, and what was read in it


def answers_for(session: Session, actor: Actor) -> tuple[str, ...]:
    """Codes of the places whose open things are the actor's: his own first, then those that ended
    and whose successor it is. A group (`<village>/<group>`) without a successor comes to its
    village, a village to its township, an organisation to the county: so codes of several kinds. A
    place that ended answers for nothing.
    """
    return _kept(session, actor, answered)


def same_kind(session: Session, actor: Actor) -> tuple[str, ...]:
    """Of these only what is of the same kind as the actor's own place."""
    return _kept(session, actor, merged)


def reaches(session: Session, actor: Actor) -> tuple[str, ...]:
    """Divisions that came to the actor's place, and what lay below them."""
    return _kept(session, actor, reached)


def answered(actor: Actor) -> Codes:
    return _own(actor).union_all(_inherited(actor))


def merged(actor: Actor) -> Codes:
    kind = actor.scope.kind.value
    return _own(actor).union_all(_inherited(actor).where(DIRECTORY.c.kind == kind))


def _own(actor: Actor) -> Select[Any]:
    return select(cast(actor.place, Text).label("code")).where(~ended(actor))


def _inherited(actor: Actor) -> Select[Any]:
    """What ended and came to the actor's place. Of another kind it comes to a division only (the
    office above), whose twelve digits no other code has.
    """
    statement = select(DIRECTORY.c.code).where(DIRECTORY.c.successor == actor.place)
    if actor.scope.prefix is not None:
        return statement
    return statement.where(DIRECTORY.c.kind == actor.scope.kind.value)


def reached(actor: Actor) -> Codes:
    above = DIRECTORY.alias()
    below = select(DIRECTORY.c.code).join(above, above.c.code == DIRECTORY.c.parent)
    return _inherited(actor).union_all(below.where(above.c.successor == actor.place))


def ended(actor: Actor) -> ColumnElement[bool]:
    """Whether the actor's own place is no longer there."""
    gone = select(DIRECTORY.c.code).where(
        DIRECTORY.c.code == actor.place,
        DIRECTORY.c.kind == actor.scope.kind.value,
        DIRECTORY.c.successor.is_not(None),
    )
    return exists(gone)


def array(statement: Codes) -> ColumnElement[Any]:
    """For `column = ANY(…)`: read once a statement, so that an index on the column is used."""
    return func.array(statement.scalar_subquery(), type_=ARRAY(Text))


def forget(session: Session) -> None:
    """What was read before the directory changed."""
    session.info.pop(KEPT, None)


def _kept(session: Session, actor: Actor, what: Callable[[Actor], Codes]) -> tuple[str, ...]:
    """Asked once a transaction and actor: a page judges many rows."""
    transaction = session.get_transaction()
    since, kept = session.info.get(KEPT, (None, {}))
    if transaction is None or since is not transaction:
        kept = {}
    key = actor.role, actor.place, what
    if key not in kept:
        with session.no_autoflush:  # a row is judged as it is stored, not as a command changed it
            kept[key] = tuple(session.execute(what(actor)).scalars())
        session.info[KEPT] = session.get_transaction(), kept
    return kept[key]
