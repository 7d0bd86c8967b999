"""Who of a household can work (D1), and whether it can work at all (H-07, E-07a)."""

from collections.abc import Iterable
from datetime import date

from rulebook.checks.declared import age
from rulebook.national.codes import Labour
from rulebook.national.households import Person
from rulebook.packs.helping import LabourClass

GROWN_UP = 16  # below, nobody is labour (D3)
FULLY_ABLE = (Labour.ORDINARY, Labour.SKILLED)


def labour_class(members: Iterable[Person], on: date) -> LabourClass:
    """By the best of its living members; of a grown-up whose labour nobody said, nothing is taken for
    granted.
    """
    grown = [one for one in members if not _is_child(one, on)]
    if any(one.labour in FULLY_ABLE for one in grown):
        return LabourClass.ABLE
    if not grown or any(not isinstance(one.labour, Labour) for one in grown):
        return LabourClass.UNKNOWN
    if any(one.labour is Labour.WEAK for one in grown):
        return LabourClass.WEAK_OR_HALF
    return LabourClass.NO_LABOUR


def able_members(members: Iterable[Person], on: date) -> tuple[Person, ...]:
    """Who counts as labour, weak ones among them: whoever has one is no household without."""
    return tuple(one for one in members if one.able and not _is_child(one, on))


def _is_child(person: Person, on: date) -> bool:
    years = age(person, on)
    return years is not None and years < GROWN_UP
