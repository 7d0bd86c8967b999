"""Section of the key groups (C-08, C-09, C-11): by which signs a household is of a group."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from rulebook.money import to_fen
from rulebook.packs.basis import Section, Yuan
from schemas.codes import Coded


class Sign(Coded):
    """What is seen from the members' data; `label` stands as the reason beside the household."""

    SERIOUS_ILLNESS = "SERIOUS_ILLNESS", "患有大病"
    CHRONIC_ILLNESS = "CHRONIC_ILLNESS", "长期慢性病，自付费用较高"
    SEVERE_DISABILITY = "SEVERE_DISABILITY", "一、二级残疾"
    DISABLED = "DISABLED", "残疾"
    SINGLE_PARENT = "SINGLE_PARENT", "户主单独抚养未成年子女"
    DISABLED_ELDERLY = "DISABLED_ELDERLY", "失能老年人"
    ELDERLY_ALONE = "ELDERLY_ALONE", "独居老年人"
    CALAMITY = "CALAMITY", "自然灾害或意外事故"
    SUDDEN_HARDSHIP = "SUDDEN_HARDSHIP", "突发严重困难"
    SUBSISTENCE = "SUBSISTENCE", "享受低保"
    EXTREME = "EXTREME", "享受特困供养"
    STUDENT = "STUDENT", "高中、中职或大中专在读"
    STUDENT_BURDEN = "STUDENT_BURDEN", "因学，有非义务教育阶段在读"
    MANY_CHILDREN = "MANY_CHILDREN", "多子女"
    HEAVY_SPENDING = "HEAVY_SPENDING", "合规自付支出较高"
    UNSTABLE_EMPLOYMENT = "UNSTABLE_EMPLOYMENT", "务工就业不稳"
    INDUSTRY_FAILURE = "INDUSTRY_FAILURE", "产业项目失败"


class TagRule(Section):
    """Any of the signs makes a household one of the group; `by_hand`: a person may tag it too, as no
    data say so.
    """

    group: str
    signs: tuple[Sign, ...] = ()
    by_hand: bool = False

    @model_validator(mode="after")
    def _somehow(self) -> Self:
        if not self.signs and not self.by_hand:
            raise ValueError("signs和by_hand至少写一项")
        return self


class Tags(Section):
    rules: Annotated[tuple[TagRule, ...], Field(min_length=1)]
    elderly_age: Annotated[int, Field(ge=50)]
    many_children_min: Annotated[int, Field(ge=1)]
    heavy_self_paid_yuan: Yuan
    """Of a household in a year: from here on the spending weighs."""

    @model_validator(mode="after")
    def _once(self) -> Self:
        groups = [rule.group for rule in self.rules]
        if len(set(groups)) < len(groups):
            raise ValueError("同一个重点人群写了两次")
        return self

    @property
    def heavy_self_paid(self) -> int:
        """In fen."""
        return to_fen(self.heavy_self_paid_yuan)
