"""Who acts. Doors make an `Actor`, commands receive it."""

from dataclasses import dataclass, field
from functools import cached_property

from kit.errors import Forbidden
from rulebook.scopes import Scope, scope_of
from schemas.codes import Role


@dataclass(frozen=True)
class Actor:
    """One person in one role at one place: a division, unit, team or department code.

    `account` is stable and carries no personal data; `name` is what a page prints beside a
    signature. A group leader's place is `<village>/<group>`, a helper's is the helper's code.
    `post` is the one of his posts in which he acts, `session` where he signed in (both empty for
    who came by no door); `deputy_for`: the name of whom a deputy stands in for; each act of his
    shows both. `place_name`: what the place is called, for pages; empty while nobody has told it.
    """

    account: str
    name: str
    role: Role
    place: str
    post: str = field(default="", compare=False)
    session: str = field(default="", compare=False)
    deputy_for: str | None = field(default=None, compare=False)
    place_name: str = field(default="", compare=False)

    @cached_property
    def scope(self) -> Scope:
        """The place, read; `Forbidden` when it does not fit the role (a link made long ago)."""
        try:
            return scope_of(self.role, self.place)
        except ValueError as error:
            raise Forbidden(f"您的账号不能办理：{error}。请系统管理员核对您的岗位。") from error

    def require(self, *roles: Role, place: str | None = None, deed: str = "办理这件事") -> None:
        """`Forbidden` unless the actor has one of `roles` and, where given, this very place."""
        if self.role not in roles:
            raise Forbidden(
                f"只有{'、'.join(role.label for role in roles)}可以{deed}；您是{self.role.label}。"
            )
        if place is not None and self.place != place:
            raise Forbidden(f"您不是这个单位（或地方）的{self.role.label}，不能{deed}。")

    @property
    def signature(self) -> str:
        """The name where the post stands beside it: of a deputy 张三（代李四）."""
        return f"{self.name}（代{self.deputy_for}）" if self.deputy_for else self.name

    @property
    def label(self) -> str:
        """As it stands on every act: 张三（乡镇专干）, of a deputy 张三（代李四，乡镇专干）."""
        if self.role is Role.SYSTEM:
            return self.name
        standing_in = f"代{self.deputy_for}，" if self.deputy_for else ""
        return f"{self.name}（{standing_in}{self.role.label}）"


SYSTEM = Actor("system", "系统", Role.SYSTEM, "")
