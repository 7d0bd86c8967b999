"""What is asked for a new password."""

from kit.forms import Form, field, text
from rulebook.types import Short
from services.access.passwords.rules import LONGEST, SHORTEST


class PasswordForm(Form):
    """A new password of somebody who is signed in."""

    login: Short = text("登录名", least=2, most=50)
    old: str | None = field("现在的密码", None, widget="password", max_length=LONGEST)
    password: str = field(
        "新密码", widget="password", max_length=LONGEST, hint=f"至少{SHORTEST}个字"
    )
    again: str = field("再填一次新密码", widget="password", max_length=LONGEST)
