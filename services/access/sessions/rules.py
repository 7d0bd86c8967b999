"""How long a session lives. Standard library and rulebook only."""

from datetime import datetime, timedelta

from schemas.codes import Coded

NOTED = timedelta(minutes=5)  # how often a session's use is written down


class Kind(Coded):
    """How somebody came in."""

    PHONE = "phone", "已登记的手机"
    OFFICE = "office", "密码登录"
    ENTRY = "entry", "首次登录"  # only to set a password and one-time codes
    PROVIDER = "provider", "统一身份认证"
    COMMAND = "command", "服务器命令行"


# How long a session may lie unused, and how long it lives at most.
IDLE = {
    Kind.PHONE: timedelta(days=90),
    Kind.OFFICE: timedelta(hours=4),
    Kind.ENTRY: timedelta(hours=1),
    Kind.PROVIDER: timedelta(hours=4),
    Kind.COMMAND: timedelta(days=30),
}
LONGEST = {
    Kind.OFFICE: timedelta(hours=12),
    Kind.ENTRY: timedelta(hours=1),
    Kind.PROVIDER: timedelta(hours=12),
}

SYSTEMS = (
    ("Android", "安卓"),
    ("iPhone", "苹果"),
    ("iPad", "苹果平板"),
    ("HarmonyOS", "鸿蒙"),
    ("Windows", "电脑Windows"),
    ("Mac OS", "苹果电脑"),
    ("Linux", "电脑Linux"),
)


def is_over(kind: Kind, opened_at: datetime, used_at: datetime, now: datetime) -> bool:
    """Nobody used it for too long, or it is as old as such a session may be."""
    longest = LONGEST.get(kind)
    return now - used_at > IDLE[kind] or (longest is not None and now - opened_at > longest)


def ends_at(kind: Kind, opened_at: datetime, used_at: datetime) -> datetime:
    """When it will be over unless somebody uses it again."""
    longest = LONGEST.get(kind)
    idle = used_at + IDLE[kind]
    return idle if longest is None else min(idle, opened_at + longest)


def device_of(user_agent: str) -> str | None:
    """What a person calls his device: 安卓，微信里; None where the browser does not say."""
    system = next((label for word, label in SYSTEMS if word in user_agent), None)
    inside = "，微信里" if "MicroMessenger" in user_agent else ""
    return f"{system}{inside}" if system else None
