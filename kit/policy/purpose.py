"""ID numbers and telephones are hidden from who does not need them all the time. Who needs them once
says what for, sees them in this one view, and the audit keeps both.

    veil = veil_of(policy, actor, row, telephone="telephone")       # masks, or not
    veil = lift(policy, actor, "unmask_household", row, form)       # a door of its own
    veil.over(words)                                                # an answer or a sealed text

Pages, doors, lists and documents ask a `Veil` and never mask by themselves.
"""

import re
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel

from kit import audit
from kit.actor import Actor
from kit.errors import Refused
from kit.forms import Form, field
from kit.policy.table import Policy
from rulebook.masking import mask_id, mask_phone
from rulebook.types import Short
from schemas.codes import Coded

Words = TypeVar("Words", bound=BaseModel)
# What an answer or a sealed text calls them.
ID_NUMBERS = ("id_number", "person_id_number")
TELEPHONES = ("phone",)
NUMBER = re.compile(r"[0-9Xx０-９]{7,}")  # it might be somebody's


class Purpose(Coded):
    IDENTIFY = "IDENTIFY", "核对身份"
    CONTACT = "CONTACT", "联系本人"
    COMPARE = "COMPARE", "与部门的数据比对"
    COMPLAINT = "COMPLAINT", "答复本人的查询或申诉"
    INSPECTION = "INSPECTION", "审计或者纪检查阅"
    OTHER = "OTHER", "其他"


class PurposeForm(Form):
    purpose: Purpose = field("为什么要看", widget="select")
    words: Short | None = field("说明", None, hint="选“其他”的要写明；不要写号码")

    @property
    def said(self) -> str:
        """`Refused` where it is not said, or names a number."""
        words = (self.words or "").strip()
        if self.purpose is Purpose.OTHER and not words:
            raise Refused("请写明为什么要看。", field="words")
        if NUMBER.search(words):
            raise Refused("说明里请不要写身份证号码或电话。", field="words")
        return f"{self.purpose.label}：{words}" if words else self.purpose.label


@dataclass(frozen=True)
class Veil:
    """What of numbers is shown: the whole, or masked."""

    id_numbers: bool = False
    telephones: bool = False

    def id_number(self, number: str | None) -> str | None:
        return number if self.id_numbers or not number else mask_id(number)

    def phone(self, number: str | None) -> str | None:
        return number if self.telephones or not number else mask_phone(number)

    def over(self, words: Words) -> Words:
        """The same with its numbers as they are shown; what is not set stays so."""
        masks = dict.fromkeys(ID_NUMBERS, self.id_number) | dict.fromkeys(TELEPHONES, self.phone)
        shown = {
            name: mask(getattr(words, name))
            for name, mask in masks.items()
            if name in words.model_fields_set
        }
        return words.model_copy(update=shown)


MASKED = Veil()  # of a list that shows nobody a whole number
WHOLE = Veil(id_numbers=True, telephones=True)


def veil_of(
    policy: Policy, actor: Actor, row: Any, *, telephone: str, id_number: str | None = None
) -> Veil:
    """Of this row. `telephone`: the action of those who call people of their own; `id_number`: of
    those who must find them in a register, None where nobody needs that all the time.
    """
    return Veil(
        id_numbers=id_number is not None and policy.reveals(actor, id_number, row),
        telephones=policy.reveals(actor, telephone, row),
    )


def lift(policy: Policy, actor: Actor, action: str, row: Any, form: PurposeForm) -> Veil:
    """Everything of this one row, for this one view: a read in the audit, with its purpose."""
    policy.permit(actor, action, row)
    audit.unmasked(row, form.said)
    return WHOLE
