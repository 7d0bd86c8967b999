"""Who answers for what is no longer there: its successor, of which the directory tells.

Whoever said that a place ended told whose its open things are (`kit/directory/closing.py`), with
chains resolved: A merged into B, B later into C, and A's successor is C. A place that ended answers
for nothing any more, not even for itself.

    answers_for(session, actor)         # ("990121100201", "990121100204"): his own, and a closed one
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Select, Text, cast, column, exists, func, select, table
from sqlmodel import Session

from kit.actor import Actor

DIRECTORY = table(
    "directory",
    column("code", Text),
    column("kind", Text),
    column("parent", Text),
    column("successor", Text),
)
PLACE = DIRECTORY.c.code, DIRECTORY.c.kind
Places = Any  # a statement: code, kind
KEPT = "directory.answers"  # in a session's info: its transaction, and what was read in it


def answers_for(session: Session, actor: Actor, *kinds: str) -> tuple[str, ...]:
    """Codes of the places whose open things are the actor's: his own first, then those that ended
    and whose successor it is; of these kinds, or of any. A group (`<village>/<group>`) without a
    successor comes to its village, a village to its township, an organisation to the county: so
    codes of several kinds. A place that ended answers for nothing.
    """
    places = _kept(session, actor, answered)
    return tuple(place.code for place in places if not kinds or place.kind in kinds)


def same_kind(session: Session, actor: Actor) -> tuple[str, ...]:
    """Of these only what is of the same kind as the actor's own place."""
    return tuple(place.code for place in _kept(session, actor, merged))


def reaches(session: Session, actor: Actor) -> tuple[str, ...]:
    """Divisions that came to the actor's place, and what lay below them."""
    return tuple(place.code for place in _kept(session, actor, reached))


def answered(actor: Actor) -> Places:
    return _own(actor).union_all(_inherited(actor))


def merged(actor: Actor) -> Places:
    kind = actor.scope.kind.value
    return _own(actor).union_all(_inherited(actor).where(DIRECTORY.c.kind == kind))


def _own(actor: Actor) -> Places:
    code, kind = cast(actor.place, Text), cast(actor.scope.kind.value, Text)
    return select(code.label("code"), kind.label("kind")).where(~ended(actor))


def _inherited(actor: Actor) -> Places:
    """What ended and came to the actor's place. Of another kind it comes to a division only (the
    office above), whose twelve digits no other code has.
    """
    statement = select(*PLACE).where(DIRECTORY.c.successor == actor.place)
    if actor.scope.prefix is not None:
        return statement
    return statement.where(DIRECTORY.c.kind == actor.scope.kind.value)


def reached(actor: Actor) -> Places:
    above = DIRECTORY.alias()
    below = select(*PLACE).join(above, above.c.code == DIRECTORY.c.parent)
    return _inherited(actor).union_all(below.where(above.c.successor == actor.place))


def ended(actor: Actor) -> ColumnElement[bool]:
    """Whether the actor's own place is no longer there."""
    gone = select(DIRECTORY.c.code).where(
        DIRECTORY.c.code == actor.place,
        DIRECTORY.c.kind == actor.scope.kind.value,
        DIRECTORY.c.successor.is_not(None),
    )
    return exists(gone)


def codes(places: Places) -> ColumnElement[Any]:
    """For `column = ANY(…)`: read once a statement, so that an index on the column is used."""
    return _array(select(places.subquery().c.code))


def villages(places: Places) -> ColumnElement[Any]:
    """Of groups (`<village>/<group>`) the villages."""
    return _array(select(func.split_part(places.subquery().c.code, "/", 1)))


def _array(statement: Select[Any]) -> ColumnElement[Any]:
    return func.array(statement.scalar_subquery(), type_=ARRAY(Text))


def forget(session: Session) -> None:
    """What was read before the directory changed."""
    session.info.pop(KEPT, None)


def _kept(session: Session, actor: Actor, what: Callable[[Actor], Places]) -> Sequence[Any]:
    """Asked once a transaction and actor: a page judges many rows."""
    transaction = session.get_transaction()
    since, kept = session.info.get(KEPT, (None, {}))
    if transaction is None or since is not transaction:
        kept = {}
    key = actor.role, actor.place, what
    if key not in kept:
        with session.no_autoflush:  # a row is judged as it is stored, not as a command changed it
            kept[key] = session.execute(what(actor)).all()
        session.info[KEPT] = session.get_transaction(), kept
    return kept[key]
