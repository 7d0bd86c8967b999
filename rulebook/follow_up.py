"""The last steps of an elimination and what comes after it: their order (E-03, E-05, E-08), annotation
(E-06), gradual exit and follow-up (E-10, E-14), and the way back (E-13).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rulebook.elimination import Guarantee, Measured
from rulebook.measures import kind_of
from rulebook.money import yuan
from rulebook.month_plan import CYCLES, meeting_months
from rulebook.months import first_day, last_day, month_of, next_month, plus_months
from rulebook.packs import Pack
from rulebook.packs.helping import ExitStep
from schemas.codes import Coded, RiskCause, Role


def next_step(pack: Pack, done: Sequence[ExitStep]) -> ExitStep | None:
    """What comes next in the pack's order; None when all is done."""
    return next((step for step in pack.exit.steps if step not in done), None)


def step_refusal(pack: Pack, done: Sequence[ExitStep], step: ExitStep) -> str | None:
    """Why this step cannot be taken now; None when it is the next one."""
    expected = next_step(pack, done)
    if step not in pack.exit.steps:
        return f"本县的风险消除程序没有“{step.label}”这一步。"
    if step in done:
        return f"“{step.label}”已经完成。"
    if step is not expected and expected:
        return f"请先完成“{expected.label}”，再做“{step.label}”。"
    return None


def step_text(pack: Pack, step: ExitStep) -> str:
    """一看：看住房、生活、劳动力、就学和患病情况 (E-03); a step without a text is its name."""
    text = pack.exit.step_texts.get(step, "")
    return f"{step.label}：{text}" if text else step.label


@dataclass(frozen=True)
class Window:
    """The days on which a cycle's list is annotated, both included."""

    first: date
    last: date

    def holds(self, on: date) -> bool:
        return self.first <= on <= self.last


def annotation_window(pack: Pack, on: date) -> Window | None:
    """Of the cycle in which the day lies: its last months, as the pack says; None: on any day."""
    months, cycle = pack.exit.annotation_last_months, pack.exit.annotation_cycle
    if cycle not in CYCLES or months is None:
        return None
    within = meeting_months(cycle, month_of(on))[-months:]
    return Window(first_day(within[0]), last_day(within[-1]))


def annotation_refusal(
    pack: Pack, announced_on: date | None, on: date, by: Role, reason: str = ""
) -> str | None:
    """Why the household is not annotated on this day by this role; None when it is. Outside the window
    it goes with the next list, or as a supplement that says why. `announced_on`: the day of the step
    before, which is the county's evaluation where a pack announces nothing.
    """
    *before, last = pack.exit.steps
    if announced_on is None or announced_on > on:
        return f"还没有{before[-1].label}，不能{last.label}。"
    if by is not pack.exit.annotation_role:
        return f"由{pack.exit.annotation_role.label}办理{last.label}。"
    window = annotation_window(pack, on)
    if window and not window.holds(on) and not reason.strip():
        return (
            f"本期在{window.first}到{window.last}标注：请并入这一期名单，或作补充标注并写明原因。"
        )
    return None


def next_look(pack: Pack, on: date) -> date | None:
    """When a household that was deferred is looked at again: with the next cycle's list."""
    window = annotation_window(pack, on)
    if window is None:
        return None
    following = annotation_window(pack, first_day(next_month(month_of(window.last))))
    return following.first if following else None


def help_ends(pack: Pack, annotated_on: date) -> date:
    """The last day of help: of the annotation itself, or of the gradual exit (渐退期) after it. Leaving
    help is not leaving monitoring (E-10).
    """
    return plus_months(annotated_on, pack.exit.gradual_months)


def stays_monitored(pack: Pack) -> bool:
    """Whether an eliminated household is still visited (B-19)."""
    return not pack.exit.withdraw_from_monitoring


def follow_up_months(pack: Pack, annotated_on: date, month: str) -> tuple[str, ...]:
    """The months, `month` among them, in which one follow-up visit is owed; none while the monthly
    contact goes on, after leaving monitoring, or without a cycle.
    """
    ends, cycle = month_of(help_ends(pack, annotated_on)), pack.exit.follow_up_cycle
    if not stays_monitored(pack) or cycle not in CYCLES or month <= ends:
        return ()
    return tuple(one for one in meeting_months(cycle, month) if one > ends)


def owes_contact(pack: Pack, annotated_on: date | None, month: str) -> bool:
    """Whether the household's helper owes the monthly contact: until its help has ended."""
    return annotated_on is None or month <= month_of(help_ends(pack, annotated_on))


@dataclass(frozen=True)
class Running:
    """A measure that was running when the risk was eliminated; `until` None: no end is written."""

    code: str
    until: date | None = None


def continuing(pack: Pack, running: Collection[Running], on: date) -> tuple[Running, ...]:
    """What goes on after help has ended: a loan to its contract's end, a post to its agreement's, 雨露
    to the end of the stage (E-14).
    """
    return tuple(
        one
        for one in running
        if kind_of(pack, one.code).lasts and (one.until is None or on <= one.until)
    )


class Recurrence(Coded):
    """What makes an eliminated household a lead at once."""

    HOUSING = "HOUSING", "住房不安全"
    WATER = "WATER", "饮水不安全"
    SCHOOL = "SCHOOL", "义务教育阶段失学辍学"
    INCOME = "INCOME", "收入低于监测范围"


AGAIN = {
    Guarantee.HOUSING: Recurrence.HOUSING,
    Guarantee.WATER: Recurrence.WATER,
    Guarantee.EDUCATION: Recurrence.SCHOOL,
}


def recurrences(
    pack: Pack, seen: Mapping[Guarantee, bool], income: Measured | None, on: date
) -> dict[Recurrence, str]:
    """What was seen of an eliminated household on this day that somebody has to look at, each with its
    sentence.
    """
    return dict(_recurrences(pack, seen, income, on))


def _recurrences(
    pack: Pack, seen: Mapping[Guarantee, bool], income: Measured | None, on: date
) -> Iterator[tuple[Recurrence, str]]:
    for guarantee, sign in AGAIN.items():
        if seen.get(guarantee) is False:
            yield sign, f"风险已消除，现在{sign.label}，请入户核实。"
    line = pack.income.line_on(on)
    if income and income.is_below(line, pack.income.line_operator):
        words = f"{income.words}，当年监测范围{yuan(line)}元"
        yield Recurrence.INCOME, f"风险已消除，{words}，请入户核实。"


class WayBack(Coded):
    """How an eliminated household comes back (E-13); a person decides which."""

    REVERTED = "REVERTED", "风险消除回退"
    RE_IDENTIFIED = "RE_IDENTIFIED", "风险再标注"


def way_back(pack: Pack, before: Collection[RiskCause], now: Collection[RiskCause]) -> WayBack:
    """The old risk again: the elimination is undone, it was not stable. A new one, or a pack that knows
    no undoing: identified from the start.
    """
    old = bool(now) and set(now) <= set(before)
    return WayBack.REVERTED if old and pack.exit.reversion else WayBack.RE_IDENTIFIED
