"""What a command answers when it will not. Texts are Chinese, say what to do, and reach page and
API as they are.
"""

from typing import ClassVar


class Refused(Exception):
    """The sender can mend it: `field` of the form, where it is one field that has to be mended."""

    status: ClassVar[int] = 422
    title: ClassVar[str] = "没有办成"

    def __init__(self, sentence: str = "", *, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


class Forbidden(Refused):
    """Another role or another place has to do it."""

    status = 403
    title = "无权办理"


class NotFound(Refused):
    status = 404
    title = "没有找到"


class Conflict(Refused):
    """The state it asks for does not allow it, now or any more."""

    status = 409
    title = "当前状态不能办理"


class TooMany(Refused):
    """Too many at once, or too often: the same may be sent again after `wait` seconds."""

    status = 429
    title = "请稍候"

    def __init__(self, sentence: str = "", *, wait: int = 1) -> None:
        super().__init__(sentence)
        self.wait = wait
