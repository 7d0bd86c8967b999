"""A team and a responsible leader, as a program sends them and as the office's roster has them."""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator

from kit.forms import Form, field, text
from rulebook.types import Phone, Short, Text
from services.county.organisation.models import Responsibility


def _several(value: Any) -> Any:
    """A cell holds several names: 林兰、赵萍华."""
    if not isinstance(value, str):
        return value
    return [name for name in re.split(r"[、,，;；/\s]+", value) if name]


Names = Annotated[tuple[Short, ...], BeforeValidator(_several)]


class TeamForm(Form):
    """`townships`: codes or names."""

    code: Text = text("组号")
    name: Text = text("督导组")
    leader: Text = text("组长", "")
    townships: Names = field("负责乡镇", min_length=1)
    members: Names = field("组员", ())
    phone: Phone | None = field("联系电话", None)


class ResponsibleForm(Form):
    """`place`: a code or a name."""

    level: Text = text("级别", "")
    place: Text = text("单位或地区")
    post: Text = text("职务")
    name: Text = text("姓名")
    phone: Phone | None = field("联系电话", None)
    duty: Responsibility = field("责任", Responsibility.FIRST)
