"""Section of who may do alone what two people do otherwise (G-14)."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from rulebook.packs.basis import Section
from rulebook.scopes import scope_of
from schemas.codes import Role

LONGEST = 366  # days from its date: an office with one clerk is asked again every year


class Mandate(Section):
    """A paper by which one person does `deed` alone. Whose it is: an `account`, or a `role` at a
    `place`; from the day it is `dated` through `until`. It stands on each act that it covers.
    """

    deed: Annotated[str, Field(pattern=r"^[a-z]+(_[a-z]+)*$")]
    account: Annotated[str, Field(min_length=1)] | None = None
    role: Role | None = None
    place: Annotated[str, Field(min_length=1)] | None = None
    number: Annotated[str, Field(min_length=1, max_length=60)]
    dated: date
    until: date

    @model_validator(mode="after")
    def _whose(self) -> Self:
        if (self.account is None) == (self.role is None and self.place is None):
            raise ValueError("请写明是谁：account（账号），或者role和place（岗位和地方），只写一种")
        if self.account is None:
            if self.role is None or self.place is None:
                raise ValueError("岗位（role）和地方（place）要一起写")
            scope_of(self.role, self.place)
        if self.until < self.dated:
            raise ValueError("until早于dated")
        if (self.until - self.dated).days > LONGEST:
            raise ValueError("授权最长一年，到期请重新行文")
        return self

    def holds(self, account: str, role: Role, place: str, on: date) -> bool:
        """Whether it is this person's on this day."""
        whose = (
            self.account == account if self.account else (self.role, self.place) == (role, place)
        )
        return whose and self.dated <= on <= self.until
