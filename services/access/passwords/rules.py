"""What a password must be, and how long who mistyped it waits. Standard library and rulebook only."""

from datetime import datetime, timedelta
from itertools import pairwise

SHORTEST, LONGEST = 12, 128
FREE = 3  # mistakes before anybody waits
MOST = timedelta(minutes=15)
FORGOTTEN = timedelta(days=1)  # after the last mistake
# What people take when so many characters are asked for; compared without case and digits' ends.
COMMON = (
    "password",
    "passw0rd",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx",
    "q1w2e3r4",
    "abcdefghij",
    "abc123456",
    "iloveyou",
    "woaini",
    "admin",
    "administrator",
    "backstop",
    "shoudi",
    "welcome",
    "letmein",
    "1234567890",
    "0123456789",
    "9876543210",
    "123123123",
    "5201314",
)


def why_weak(password: str, *names: str) -> str:
    """Why this is no password; "" for a good one. `names`: his own name, telephone and sign-in name."""
    if len(password) < SHORTEST:
        return f"密码至少{SHORTEST}个字"
    if len(set(password)) < 5:
        return "密码里重复的字太多"
    plain = password.lower()
    if _is_run(plain) or any(_mostly(plain, word) for word in COMMON):
        return "这个密码太常见，容易被猜到"
    if any(name and len(name) > 1 and name.lower() in plain for name in names):
        return "密码里不要有自己的姓名、手机号或登录名"
    return ""


def _mostly(password: str, word: str) -> bool:
    """The word, with a little around it."""
    return word in password and len(password) - len(word) <= 4


def _is_run(password: str) -> bool:
    """One character follows the other: 1234567890, abcdefghij."""
    steps = {ord(after) - ord(before) for before, after in pairwise(password)}
    return len(steps) == 1


def wait(failures: int) -> timedelta:
    """How long after this many mistakes the next attempt is taken."""
    if failures < FREE:
        return timedelta()
    return min(timedelta(seconds=2 ** min(failures - FREE + 1, 20)), MOST)


def too_often(seconds: float) -> str:
    left = f"{int(seconds) + 1}秒" if seconds < 60 else f"{int(seconds) // 60 + 1}分钟"
    return f"错得太多，请{left}后再试。"


def opens_at(failures: int, last: datetime) -> datetime:
    return last + wait(failures)
