"""What must hold of every procedure's table; each table has a test that says so."""

from collections.abc import Callable, Iterator

from kit.procedure.table import Clock, Procedure, State
from schemas.codes import Coded


def check(procedure: Procedure, knows: Callable[[str], object] | None = None) -> list[str]:
    """Everything wrong with the table, empty when it is sound: every state is in it, can be reached
    and leads to an end; something open has one owner, who can act; every clock that runs has been
    set going on each way there, by a limit, and something follows when its day passes.

    `knows`: raises `LookupError` for a key of the pack that does not exist.
    """
    return [
        *_states(procedure),
        *_owners(procedure),
        *_actions(procedure),
        *_clocks(procedure),
        *_limits(procedure, knows),
    ]


def _states(procedure: Procedure) -> Iterator[str]:
    first, states = procedure.begin[1], procedure.states
    known = states.keys() | procedure.left_out
    yield from (f"state {code} is not in the table" for code in type(first) if code not in known)
    yield from (
        f"state {code} is left out and in the table" for code in procedure.left_out & states.keys()
    )
    reached = _reachable(procedure, first)
    ends = {code for code, state in states.items() if state.owner is None}
    for code, state in states.items():
        if code not in reached:
            yield f"state {code} cannot be reached"
        if state.owner is not None and not any(to != code for to in state.actions.values()):
            yield f"state {code} has no exit"
        elif not ends & _reachable(procedure, code):
            yield f"from state {code} no end can be reached"


def _owners(procedure: Procedure) -> Iterator[str]:
    for code, state in procedure.states.items():
        if state.owner is None:
            if state.clocks or state.owes:
                yield f"state {code} is an end and yet something is owed"
            continue
        if not state.owes:
            yield f"state {code}: nothing is owed"
        if not _can_leave(procedure, state, state.owner, code):
            yield f"state {code}: {state.owner.label} owes and can do nothing that leads on"
        for clock in state.clocks[:1]:
            if clock.owner != state.owner:
                yield f"state {code}: its first clock {clock.code} is not its owner's"
            if clock.after and not _can_leave(procedure, state, clock.after, code):
                yield f"state {code}: {clock.after.label} owes later and can do nothing then"


def _can_leave(procedure: Procedure, state: State, owner: object, code: Coded) -> bool:
    return any(
        procedure.by.get(action) == owner and to != code for action, to in state.actions.items()
    )


def _actions(procedure: Procedure) -> Iterator[str]:
    known = {action for state in procedure.states.values() for action in state.actions}
    for code, state in procedure.states.items():
        yield from (
            f"state {code}: {action} leads to {to}, which is not in the table"
            for action, to in state.actions.items()
            if to not in procedure.states
        )
    yield from (f"action {action} is allowed in no state" for action in procedure.by.keys() - known)
    known.add(procedure.begin[0])
    for clock in procedure.clocks:
        yield from (
            f"clock {clock.code} is set going by {action}, which is no action of the table"
            for action in clock.starts
            if action not in known
        )


def _clocks(procedure: Procedure) -> Iterator[str]:
    going, codes = _set_going(procedure), [clock.code for clock in procedure.clocks]
    yield from (
        f"two clocks are called {code}" for code in {c for c in codes if codes.count(c) > 1}
    )
    for code in going:
        yield from (
            f"state {code}: clock {clock.code} runs and on some way there nobody set it going"
            for clock in procedure.states[code].clocks
            if clock not in going[code]
        )
    for clock in procedure.clocks:
        if not clock.then:
            yield f"clock {clock.code}: nothing follows when its day has passed"
        if clock.deadline is None and procedure.deadline is None:
            yield f"clock {clock.code} has no deadline"


def _limits(procedure: Procedure, knows: Callable[[str], object] | None) -> Iterator[str]:
    keys = [key for clock in procedure.clocks for key in clock.starts.values()]
    keys += [key for key in (procedure.remind_before, procedure.escalate_after) if key]
    for key in dict.fromkeys(keys):
        try:
            if knows:
                knows(key)
        except LookupError:
            yield f"the pack has no {key}"


def _reachable(procedure: Procedure, start: Coded) -> set[Coded]:
    seen, todo = {start}, [start]
    while todo:
        state = procedure.states.get(todo.pop())
        fresh = {*(state.actions.values() if state else ())} - seen
        seen |= fresh
        todo += fresh
    return seen


def _set_going(procedure: Procedure) -> dict[Coded, set[Clock]]:
    """State → the clocks that have been set going at some time on every way there."""
    action, first = procedure.begin
    every = set(procedure.clocks)
    going = {code: set(every) for code in procedure.states if code in _reachable(procedure, first)}
    going[first] = _started_by(procedure, action)
    changed = True
    while changed:
        changed = False
        for code, clocks in going.items():
            for action, to in procedure.states[code].actions.items():
                if to not in going:
                    continue
                left = going[to] & (clocks | _started_by(procedure, action))
                changed = changed or left != going[to]
                going[to].intersection_update(left)
    return going


def _started_by(procedure: Procedure, action: Coded) -> set[Clock]:
    return {clock for clock in procedure.clocks if action in clock.starts}
