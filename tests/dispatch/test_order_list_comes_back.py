"""Departments reply on the list of their orders, or on the form that names them (F-33)."""

from datetime import date, datetime
from io import BytesIO

import openpyxl
import pytest
from sqlmodel import select

from backstop.services import service_named
from kit.clock import ZONE
from kit.sheets.sheet import Handing, recognise
from schemas.codes import GapItem, OrderState, Role
from services.dispatch.orders.models import Order, Reply
from tests.conftest import actor
from tests.helpers.sheets import read_workbook

ON = date(2026, 9, 1)
HOUSING, WATER = (actor(Role.DEPARTMENT_CLERK, code) for code in ("housing", "water"))


@pytest.fixture
def order(session, opened) -> str:
    """An order of housing; another one is water's."""
    own = opened(ON, GapItem.HOUSING_UNSAFE)
    opened(ON, GapItem.WATER_UNSAFE)
    session.commit()
    return own.id


def filled_in(content: bytes, path, **cells: str):
    """The workbook with these columns filled in for its first order; new ones come behind."""
    book = openpyxl.load_workbook(BytesIO(content))
    head = [cell.value for cell in book.active[3]]
    for name, value in cells.items():
        (column,) = [at for at, title in enumerate(head, 1) if str(title).startswith(name)] or [
            book.active.max_column + 1
        ]
        book.active.cell(3, column, head[column - 1] if column <= len(head) else name)
        book.active.cell(4, column, value)
    book.save(path)
    (raw,) = read_workbook(path)
    return recognise(raw, service_named("dispatch").sheets)


def take(session, sheet):
    now = datetime(2026, 9, 18, tzinfo=ZONE)
    how = Handing(actor=HOUSING, on=now.date(), now=now, month="2026-09")
    report = sheet.kind.take(session, sheet, how)
    session.commit()
    return report


@pytest.mark.parametrize(
    "paper", ["/dispatch/orders.xlsx", "/dispatch/forms/replies.xlsx?filled=true"]
)
def test_f_33_a_department_replies_on_what_it_downloaded(
    session, order, client, dispatch_sessions, tmp_path, paper
):
    content = client("dispatch", HOUSING).get(paper).content
    path = tmp_path / "交办单.xlsx"
    as_it_left = take(session, filled_in(content, path))
    assert (as_it_left.taken, as_it_left.unchanged, as_it_left.refused) == (0, 1, [])
    assert as_it_left.notes == ["没有新填的办理结果，交办单没有变化。"]
    said = {"办理结果": "已解决", "落实措施": "已修缮，验收合格"}
    for turn in range(2):
        report = take(session, filled_in(content, path, **said))
        assert report.refused == []
        assert (report.taken, report.unchanged) == ((1, 0) if turn == 0 else (0, 1))
    with dispatch_sessions() as fresh:
        assert fresh.get_one(Order, order).state is OrderState.SOLVED
        assert fresh.exec(select(Reply)).one().explanation == "已修缮，验收合格"


def test_f_33_a_form_names_only_the_orders_of_whoever_asks(order, client):
    for who, items in ((HOUSING, ["住房安全"]), (WATER, ["饮水安全"])):
        answer = client("dispatch", who).get("/dispatch/forms/replies.xlsx?filled=true")
        rows = list(openpyxl.load_workbook(BytesIO(answer.content)).active.values)
        assert [row[3] for row in rows[3:]] == items
