"""What is asked of whoever acts for another, and of whoever is told of it."""

from typing import Any

from kit.behalf.table import Behalf
from kit.forms import Form, hidden, text
from rulebook.types import Text


class OnBehalf(Form):
    """`on_behalf`: the name of who phoned or sent the paper; empty when one acts for oneself."""

    on_behalf: Text | None = text("代谁登记", None, hint="电话或纸质办理的，写明姓名")
    behalf_reason: Text | None = text("代办原因", None, hint="如 来电、纸质、外出")

    @property
    def behalf(self) -> Behalf:
        return Behalf(self.on_behalf, self.behalf_reason)

    def said(self, *without: str) -> dict[str, Any]:
        """The form's fields, with `on_behalf` as commands take it."""
        rest = self.model_dump(exclude={"on_behalf", "behalf_reason", *without})
        return rest | {"on_behalf": self.behalf}


class Objection(Form):
    """One tap is enough; who wants to, says more."""

    id: Text = hidden("代办记录")
    words: Text = text("补充说明", "不是我的意思")


class Seen(Form):
    id: Text = hidden("代办记录")


class Settlement(Form):
    """What the office above found."""

    id: Text = hidden("代办记录")
    note: Text = text("查实情况", hint="如 已当面核对，原登记有误，已更正")
