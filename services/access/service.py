"""What the access service is called, its tables' base, and what its sessions carry."""

from sqlmodel import Session

from kit.database.tables import Strict
from kit.service import Record, own_registry

NAME = "access"
TITLE = "账号"
BEGINS = True  # what the county said before it was there only names places
FEATURES = (
    "directory",
    "accounts",
    "sessions",
    "keys",
    "cards",
    "passwords",
    "one_time_codes",
    "front",
    "identity_provider",
)
# What the audit calls rows by their table, and what is done at doors without a policy.
RECORDS = {
    "account": Record("账号"),
    "post": Record("岗位"),
    "card": Record("登录卡"),
    "signed_in": Record("登录"),
}
DEEDS = {
    "sign_in": "登录",
    "use_card": "用登录卡登录",
    "choose_post": "选择岗位",
    "sign_out": "退出",
    "set_up": "设置密码和动态码",
    "bind_identity": "绑定统一身份认证",
}


class Table(Strict, registry=own_registry()):
    """Base of all tables of this service."""


def county(session: Session) -> str:
    """The county's division code, twelve digits."""
    return session.info["county"]
