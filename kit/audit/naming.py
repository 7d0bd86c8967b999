"""The one table of what the audit calls deeds and programs, for people: beside it stand each action's
label in its policy, and a service's own `DEEDS` for doors where nobody is signed in yet.
"""

from collections.abc import Mapping

from kit.access.token import Why
from kit.audit.entry import Kind

DEEDS = {"token": "凭失效的登录办理"}  # at any door of any service
OF_EVENTS = "按收到的消息登记"  # a set of them: what each says, its sender's own audit has
TOKENS = {Why.EXPIRED: "登录已过期", Why.ENDED: "登录已失效", Why.FORGED: "登录凭证不对"}
PROGRAMS = {  # accounts that are nobody's
    "system": "系统",
    "stranger": "没有登录的人",
    "server": "服务器命令行",
    "command-line": "命令行导入",
}


def deed_called(deeds: Mapping[str, str], deed: str, kind: str) -> str:
    """`deeds`: a deed's name → what it is called. One of an earlier release keeps its name."""
    return OF_EVENTS if kind == Kind.EVENTS else deeds.get(deed, deed)


def account_called(account: str, people: Mapping[str, str], otherwise: str = "") -> str:
    """Who has this account now; of a program what it is. `server-<login>`: somebody at the server."""
    program = PROGRAMS.get(account.partition("-")[0]) or PROGRAMS.get(account)
    return people.get(account) or program or otherwise


def object_called(name: str) -> str | None:
    """What is no row of a table, as `token:expired`; None of anything else."""
    kind, _, key = name.partition(":")
    return TOKENS.get(Why(key)) if kind == "token" and key in {*Why} else None
