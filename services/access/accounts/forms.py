"""What is asked of an account and a post."""

from pydantic import ConfigDict

from kit.forms import Form, field, hidden, text
from rulebook.types import Day, PersonName, Phone, Short, Text
from schemas.codes import Role

MARKED = 500  # rows at once; a form has at most a thousand fields


class PostForm(Form):
    """A role at a place. `deputy_for`: the account of the person who is away."""

    role: Role = hidden("岗位")
    place: Short = field("地方或单位")
    since: Day | None = field("从哪天起", None, hint="不填就是今天")
    until: Day | None = field("到哪天止", None, hint="不填就是长期")
    deputy_for: Short | None = field("代理谁", None)


class AccountForm(PostForm):
    """A person and his first post."""

    name: PersonName = text("姓名", most=50)
    phone: Phone | None = field("手机号", None)


class ReasonForm(Form):
    reason: Text = text("原因", hint="如 调离、离任")


class PlaceAsked(Form):
    """As what, and where: what a page needs to know before it offers places."""

    model_config = ConfigDict(extra="ignore")

    role: Role | None = field("岗位", None)
    q: Short | None = field("地方或单位名称里有", None, hint="地方多时，写几个字来找")


class PostInSheet(Form):
    """A row of the workbook 人员岗位表."""

    name: PersonName = text("姓名", most=50)
    phone: Phone | None = field("手机号", None)
    role: Role = field("岗位")
    place: Short = field("地方或单位")
    since: Day | None = field("起", None)
    until: Day | None = field("止", None)
    principal: Short | None = field("代理谁", None)


class MarkedForm(Form):
    """Rows of a list that are marked, by id."""

    ids: list[Short] = field("选中的", [], max_length=MARKED)


class WaitingAsked(Form):
    model_config = ConfigDict(extra="ignore")

    all: bool = field("全选", False)
