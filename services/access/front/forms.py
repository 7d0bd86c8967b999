"""What is asked of somebody who comes in."""

from kit.forms import Form, field, hidden, text
from rulebook.types import Short
from services.access.passwords.rules import LONGEST, SHORTEST

BACK = r"/([^/\\\s][^\\\s]*)?"  # a page of ours, never another site


class SignInForm(Form):
    login: Short = text("登录名", most=50)
    password: str = field("密码", widget="password", max_length=LONGEST)
    code: Short | None = text(
        "动态码", None, most=30, hint="开通了验证器的填6位数；手机不在身边可填一个恢复码"
    )
    back: str = hidden("回到", "/", max_length=500, pattern=f"^{BACK}$")


class SetUpForm(Form):
    """A first password; once the authenticator was set up a code of it."""

    login: Short = text("登录名", least=2, most=50, hint="以后登录用，例如姓名或手机号")
    password: str = field("密码", widget="password", max_length=LONGEST, hint=f"至少{SHORTEST}个字")
    again: str = field("再填一次密码", widget="password", max_length=LONGEST)
    code: Short = text("动态码", most=10, hint="验证器上现在显示的6位数")


class PostChosen(Form):
    post: Short = hidden("岗位")
    back: str = hidden("回到", "/", max_length=500, pattern=f"^{BACK}$")
