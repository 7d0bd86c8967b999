"""What a procedure's table is made of, and what can be read from it without a database."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from kit.actor import Actor
from kit.deadlines import Deadline
from kit.errors import Conflict
from kit.policy import at
from schemas.codes import Coded


class Terms(Protocol):
    """The rules that hold for a row: its pack's limits by their dotted keys, and the calendar.

    `row` says which line holds where a key has several (longer for one matter than for another).
    """

    def due(self, key: str, start: date, row: Any = None) -> date:
        """The last day of the limit that begins on `start`."""

    def words(self, key: str, row: Any = None) -> str:
        """The limit as people read it: 15个工作日."""

    def source(self, key: str, row: Any = None) -> str:
        """Where the limit comes from, as the pack says; `KeyError` for no such key."""

    def days(self, key: str) -> Sequence[int]:
        """Working days before (reminders) or after (escalation) a due day."""

    def shift(self, day: date, working_days: int) -> date:
        """The working day so many after `day`, or before it."""

    def is_provisional(self, day: date) -> bool:
        """Whether the day lies beyond the published calendar (暂定)."""


@dataclass(frozen=True)
class Owner:
    """Who owes something: a role, and the row's field that says whose (a place's code; None: there
    is one for all). Without roles somebody elsewhere owes it, and its task stands in his service.

    `above`: who owes it where the place has ended and nobody of its kind answers for it, and
    `then` what he owes, in Chinese.
    """

    label: str  # Chinese
    roles: tuple[Hashable, ...] = ()
    field: str | None = None
    above: "Owner | None" = None
    then: str = ""

    def is_met_by(self, actor: Actor, row: Any) -> bool:
        """Whether it is this actor: of a place that ended its successor (F-15)."""
        return actor.role in self.roles and (self.field is None or at(self.field).holds(actor, row))

    def is_among(self, places: Collection[str], row: Any) -> bool:
        return self.field is not None and getattr(row, self.field) in places


@dataclass(frozen=True, eq=False)
class Clock:
    """What is waited for. Its due day is the row's field `<code>_due`.

    `starts`: the actions that set it going (again) → the limit's key in the pack. `then`: what
    comes when the day has passed, in Chinese; with `after`, that is what this one owes from then on.
    `reminded_with`: while that one runs to the same day, its reminder is enough. `by_hand`: actions
    with which somebody sets its day himself.
    """

    code: Coded
    owner: Owner
    starts: Mapping[Coded, str]
    then: str
    after: Owner | None = None
    deadline: Deadline | None = None  # its own, about the row alone
    reminded_with: "Clock | None" = None
    by_hand: tuple[Coded, ...] = ()

    @property
    def field(self) -> str:
        return f"{self.code}_due"

    def due(self, row: Any) -> date | None:
        day: date | None = getattr(row, self.field)
        return day


@dataclass(frozen=True)
class State:
    """One line of the table: who owes what, which clocks run (the owner's own first), which actions
    are allowed and where they lead. Without an owner it is an end; it may still be opened again.

    `refusals`: sentences for actions that are not allowed here; `{action}` is the action's name.
    """

    owner: Owner | None = None
    owes: str = ""
    clocks: tuple[Clock, ...] = ()
    actions: Mapping[Coded, Coded] = field(default_factory=dict)
    refusals: Mapping[Coded, str] = field(default_factory=dict)


END = State()


@dataclass(frozen=True)
class Owed:
    """What one row needs now: of exactly one owner, until `due` (None: no day is set)."""

    owner: Owner
    what: str
    due: date | None
    late: bool


@dataclass(frozen=True)
class Procedure:
    """The table. `noun` and `measure` are what a row is called: 交办单, 张.

    `begin`: the action that makes a row, and its first state. `by`: whose action each is; one that
    is not named is the system's or a meeting's. `deadline`: of all clocks without one of their own,
    about `<row>/<clock>`. `remind_before`, `escalate_after`: keys of days in the pack; without the
    second a clock speaks once, at the end of its due day. `field`: where a row keeps its state.
    `left_out`: states that this table does without, where a pack says which steps there are.
    """

    noun: str
    measure: str
    begin: tuple[Coded, Coded]
    by: Mapping[Coded, Owner]
    states: Mapping[Coded, State]
    deadline: Deadline | None = None
    remind_before: str | None = None
    escalate_after: str | None = None
    field: str = "state"
    left_out: frozenset[Coded] = frozenset()

    @property
    def clocks(self) -> tuple[Clock, ...]:
        """All, in the order of the states they run in."""
        return tuple({id(c): c for state in self.states.values() for c in state.clocks}.values())

    def clock(self, code: str) -> Clock:
        """`LookupError` when there is none."""
        return next(clock for clock in self.clocks if clock.code == code)

    def state_of(self, row: Any) -> State:
        return self.states[getattr(row, self.field)]

    def leads_to(self, state: Coded, action: Coded) -> Coded | None:
        """The state after the action; None: not allowed now."""
        return self.states[state].actions.get(action)

    def allowed(self, row: Any) -> Mapping[Coded, Coded]:
        """The actions that a row's state allows → where they lead."""
        return self.state_of(row).actions

    def why_not(self, state: Coded, action: Coded) -> str:
        """Why the state does not allow the action, and in which it could be done."""
        if action in self.states[state].refusals:
            return self.states[state].refusals[action].format(action=action.label)
        this = f"这{self.measure}{self.noun}"
        sentence = f"{this}现在是“{state.label}”，不能“{action.label}”"
        where = "、".join(
            code.label for code, declared in self.states.items() if action in declared.actions
        )
        return f"{sentence}；只有“{where}”的{self.noun}可以。" if where else f"{sentence}。"

    def require(self, row: Any, action: Coded) -> Coded:
        """The state that the action leads to; `Conflict` with the sentence when it is not
        allowed.
        """
        state: Coded = getattr(row, self.field)
        target = self.leads_to(state, action)
        if target is None:
            raise Conflict(self.why_not(state, action))
        return target

    def owed(self, row: Any, on: date, ended: Collection[str] = ()) -> Owed | None:
        """Who owes what; None when it is over. `ended`: places where nobody is any more."""
        state = self.state_of(row)
        if state.owner is None:
            return None
        leading = state.clocks[0] if state.clocks else None
        due = leading.due(row) if leading else None
        late = due is not None and on > due
        if late and leading and leading.after:
            return Owed(leading.after, leading.then, due, late)
        if state.owner.above and state.owner.is_among(ended, row):
            return Owed(state.owner.above, state.owner.then, due, late)
        return Owed(state.owner, state.owes, due, late)

    def states_owed_by(self, role: Hashable) -> list[Coded]:
        """In which states somebody of this role may owe something, all places being there: for a
        query's condition.
        """
        return [
            code
            for code, state in self.states.items()
            if any(
                role in owner.roles
                for owner in (state.owner, *(clock.after for clock in state.clocks[:1]))
                if owner
            )
        ]
