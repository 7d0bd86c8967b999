"""Supervision teams, and who is responsible for a place."""

from sqlmodel import Field

from kit.database.columns import coded, texts
from kit.database.encryption import encrypted
from schemas.codes import Coded
from services.county.service import Table


class Team(Table, table=True):
    """A supervision team (督导组) and its plan of townships (N-12).

    `waiting_for`: townships by name whose division has not arrived yet; they join `townships` when
    it does.
    """

    __tablename__ = "team"
    code: str = Field(primary_key=True)
    name: str
    leader: str = ""
    phone: str | None = encrypted(default=None)
    members: list[str] = texts()
    townships: list[str] = texts()
    waiting_for: list[str] = texts()


class Responsibility(Coded):
    """The two levels of answering for a place (N-18)."""

    FIRST = "first", "第一责任人"
    DIRECT = "direct", "直接责任人"


class Responsible(Table, table=True):
    """Who answers for a place (N-02, N-18), one a place and post: first (党委书记, 乡镇长, 主要负责人)
    or directly (驻村工作队, 专干, 经办人).

    `place`: division, unit, team or department code; None until a division or unit of that name is
    known.
    """

    __tablename__ = "responsible"
    place_name: str = Field(primary_key=True)
    post: str = Field(primary_key=True)
    level: str = ""  # as the office writes it: 县、乡镇、村、帮扶单位、督导组
    place: str | None = Field(default=None, index=True)
    name: str = ""
    phone: str | None = encrypted(default=None)
    duty: Responsibility = coded(Responsibility, default=Responsibility.FIRST)


class DepartmentPeople(Table, table=True):
    """Who answers for a department, as dispatch tells it."""

    __tablename__ = "department_people"
    department: str = Field(primary_key=True)
    head: str = ""
    officer: str = ""
    phone: str | None = encrypted(default=None)
