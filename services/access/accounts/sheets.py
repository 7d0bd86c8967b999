"""The workbook 人员岗位表: a row is a person in a post. It proposes, and lets nobody in."""

from typing import Any

from sqlmodel import Session

from kit.errors import Forbidden, Refused
from kit.forms.rows import Reading, RowReader
from kit.sheets.sheet import Handing, Sheet, SheetForm, SheetKind, SheetReport
from schemas.codes import Role
from services.access.accounts import commands, queries
from services.access.accounts.documents import NOTE, TITLE, posts_form
from services.access.accounts.forms import AccountForm, PostInSheet
from services.access.accounts.policy import policy
from services.access.directory import queries as directory


def take_posts(session: Session, sheet: Sheet, how: Handing) -> SheetReport:
    """Proposed posts; whoever may confirms them, as his tasks say. A row that is there
    already changes nothing.
    """
    report, codes = sheet.report(), dict[Role, dict[str, list[str]]]()

    def check(reading: Reading[PostInSheet]) -> None:
        role, place = reading["role"], reading["place"]
        if role is Role.SYSTEM:
            reading.against("role", "没有人担任“系统”这个岗位，请改填别的岗位")
        elif role and place:
            named = codes.setdefault(role, directory.by_name(session, role))
            if why := _why_not(place, named.get(place, [])):
                reading.against("place", why)

    for row, form in RowReader(PostInSheet, sheet, how.month).good(report, check):
        place = codes[form.role][form.place][0]
        try:
            with session.begin_nested():
                fresh = _take(session, form, place, how)
        except (Refused, Forbidden) as refusal:
            report.refuse(sheet.refuse(row, ("", str(refusal))))
            continue
        report.taken += fresh
        report.unchanged += not fresh
    if report.taken:
        report.notes.append("这些岗位要在待办“确认岗位”里确认后才能用。")
    return report


def _why_not(place: str, codes: list[str]) -> str:
    if not codes:
        return f"没有“{place}”，请核对名称，或者先导入组织机构表"
    if len(codes) > 1:
        return f"有{len(codes)}个“{place}”，请改填代码：{'、'.join(codes)}"
    return ""


def _take(session: Session, form: PostInSheet, place: str, how: Handing) -> bool:
    """Whether the row says something new."""
    principal = _principal(session, form, place)
    known = queries.same_person(session, form.name, form.phone) or queries.of_name_in(
        session, form.name, form.role, place
    )
    asked: dict[str, Any] = {
        "role": form.role,
        "place": place,
        "since": form.since,
        "until": form.until,
        "deputy_for": principal,
    }
    if known is None:
        person = AccountForm(name=form.name, phone=form.phone, **asked)
        commands.open_account(
            session, person, actor=how.actor, now=how.now, proposed=True, came_from=POSTS.title
        )
        return True
    before = len(queries.posts_of(session, known.code))
    commands.add_post(
        session, known.code, commands.PostForm(**asked), actor=how.actor, now=how.now, proposed=True
    )
    return len(queries.posts_of(session, known.code)) > before


def _principal(session: Session, form: PostInSheet, place: str) -> str | None:
    """Whose post it is, where he acts for somebody."""
    if form.principal is None:
        return None
    people = queries.principals(session, form.role, [place])
    found = [code for code, name in people.items() if name == form.principal]
    if len(found) != 1:
        raise Refused(f"“{form.principal}”在这里没有{form.role.label}的岗位，不能由别人代理")
    return found[0]


POSTS = SheetKind(
    name="posts",
    title=TITLE,
    service="access",
    rank=4,
    take=take_posts,
    header=("姓名", "手机号", "岗位", "地方或单位"),
    optional=("起", "止", "代理谁"),
    roles=policy["propose_post"].roles,
    blank=SheetForm(TITLE, NOTE),
    filled=posts_form,
)
KINDS = (POSTS,)
