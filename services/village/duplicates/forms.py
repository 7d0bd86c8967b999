"""What is asked about a household's number, and about two entries of one person."""

from typing import Annotated

from pydantic import AfterValidator

from kit.forms import Form, hidden, text
from rulebook.types import Short, Text


class NumberForm(Form):
    """The national system gave the household another number."""

    number: Annotated[Text, AfterValidator(str.upper)] = text("新的户编号", most=50)


class PlaceForm(Form):
    """`keep`: the id of the household that the person belongs to; he leaves the others."""

    keep: Short = hidden("属于哪一户")
    reason: Text = text("核对结果", hint="如 已分户，今年二月迁入")


class MergeForm(Form):
    """`keep`: the id of the entry that remains; the other one's number is void."""

    keep: Short = hidden("保留哪一户")
    reason: Text = text("核对结果", hint="如 同一户，旧编号作废")
