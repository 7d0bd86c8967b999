"""A service that notes visits: one form at three doors, one list."""

from datetime import date
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi import Form as FromPage
from sqlmodel import Field, Session, SQLModel, col, select

from kit.database.columns import coded
from kit.deadlines import Jobs
from kit.errors import Refused
from kit.forms import Form, field, fill, hidden, text
from kit.forms.receiving import Receiving
from kit.forms.rows import Reading, RowReader
from kit.lists import Asking, Column, Listing
from kit.messaging.inbox import Handlers
from kit.service import Service, own_registry
from kit.sheets.sheet import Handing, Sheet, SheetKind, SheetReport
from kit.web import Today, Transaction, done, page
from rulebook.months import YearMonth
from rulebook.types import Causes, Day, Fen, IdNumber, PersonName, Phone, Text, YesNo
from schemas.codes import ReplyResult, RiskCause, Role
from tests.conftest import actor


class VisitForm(Form):
    village: Text = hidden("村")
    name: PersonName = text("户主姓名", columns=("户主姓名", "姓名"), most=50)
    id_number: IdNumber = field("身份证号码")
    phone: Phone | None = field("联系电话", None)
    result: ReplyResult = field("办理结果", widget="radio")
    causes: Causes = field("原因", (), columns=("易返贫（致贫）原因",), max_length=5)
    since: Day | None = field("从哪天开始", None, hint="不清楚可不填")
    persons: int = field("家庭人口", 1, ge=1, le=99)
    amount: Fen | None = field("落实金额（元）", None)
    note: Text | None = text("备注", None, lines=3, most=20)
    urgent: YesNo = field("紧急", False)
    helper: Text | None = text("帮扶人", None)


class FromPaper(Receiving):
    nil: bool = field("零报告", False)


class Table(SQLModel, registry=own_registry()):
    pass


class Visit(Table, table=True):
    id: int | None = Field(default=None, primary_key=True)
    village: str
    name: str
    id_number: str
    phone: str | None = None
    result: ReplyResult = coded(ReplyResult)
    cause: RiskCause | None = coded(RiskCause, nullable=True)
    since: date | None = None
    persons: int = 1
    amount: int | None = None
    note: str | None = None
    urgent: bool = False
    helper: str | None = None


class VisitFilter(Asking):
    result: ReplyResult | None = field("办理结果", None)
    urgent: bool | None = field("紧急", None, widget="select")
    q: str | None = text("姓名", None, most=50)


VISITS = Listing[Visit](
    [
        Column("name", "户主姓名", sort=col(Visit.name), href=lambda one: f"/toy/visits/{one.id}"),
        Column("id_number", "身份证号码", only="workbook"),
        Column("phone", "联系电话"),
        Column("result", "办理结果", sort=col(Visit.result)),
        Column("cause", "易返贫（致贫）原因"),
        Column("since", "从哪天开始", sort=col(Visit.since)),
        Column("persons", "家庭人口", sort=col(Visit.persons)),
        Column("amount", "落实金额（元）", sort=col(Visit.amount), fen=True),
        Column("note", "备注"),
        Column("urgent", "紧急"),
        Column("village", "村"),
    ],
    order=[col(Visit.id)],
    size=4,
)
router = APIRouter()
HELPERS = {"H1": "甲", "H2": "乙"}


def keep(session: Session, form: VisitForm) -> Visit:
    if form.note == "不收":
        raise Refused("这一户今天已经登记过。", field="note")
    said = form.model_dump(exclude={"causes"})
    visit = Visit(**said, cause=form.causes[0] if form.causes else None)
    session.add(visit)
    session.flush()
    return visit


@router.get("/visits/new")
def new_visit(request: Request, village: str = "石桥村") -> Response:
    options = {"helper": HELPERS}
    return page(
        request,
        "visit.html",
        form=fill(request, VisitForm, "/toy/visits", {"village": village}, options=options),
        other=fill(
            request,
            VisitForm,
            "/toy/visits",
            {"village": "别的村"},
            options=options,
            needed=["helper"],
            id="other",
        ),
    )


@router.post("/visits")
def add_visit(form: Annotated[VisitForm, FromPage()], session: Transaction) -> Response:
    return done("/toy/visits", f"已登记{keep(session, form).name}。")


@router.get("/plain")
def plain(request: Request) -> Response:
    """A page without the form."""
    return page(request, "refused.html", title="空", detail="")


@router.get("/visits/{id}")
def visit(request: Request, id: int, session: Transaction) -> Response:
    found = session.get(Visit, id)
    return page(request, "kept.html", visit=found, VisitForm=VisitForm)


@router.post("/api/visits", status_code=201)
def add_visit_by_program(body: VisitForm, session: Transaction) -> Visit:
    return keep(session, body)


@router.post("/api/sets", status_code=201)
def add_visits(body: list[VisitForm], session: Transaction, since: str = "") -> int:
    return len([keep(session, one) for one in body])


def _kind(kind: Annotated[str, Query(title="种类")] = "") -> str:
    return kind


@router.get("/months/{month}")
def month_of(month: YearMonth, kind: Annotated[str, Depends(_kind)]) -> Response:
    """A door that is handed what somebody else asks."""
    return done(f"/toy/visits?month={month}&kind={kind}")


@router.post("/old")
def old(name: Annotated[str, FromPage()], household: Annotated[str, FromPage()]) -> Response:
    """A door whose fields have no labels."""
    return done("/toy/visits")


@router.get("/visits")
def visits(
    request: Request, session: Transaction, asked: Annotated[VisitFilter, Query()]
) -> Response:
    return page(
        request,
        "visits.html",
        visits=VISITS.page(session, wanted(asked), asked),
        filter=fill(request, VisitFilter, "/toy/visits", asked),
    )


@router.get("/visits.xlsx")
def workbook(
    session: Transaction, asked: Annotated[VisitFilter, Query()], today: Today
) -> Response:
    return VISITS.export("走访", VISITS.every(session, wanted(asked), asked), on=today)


def wanted(asked: VisitFilter):
    found = select(Visit)
    if asked.result:
        found = found.where(Visit.result == asked.result)
    if asked.urgent is not None:
        found = found.where(Visit.urgent == asked.urgent)
    if asked.q:
        found = found.where(col(Visit.name).contains(asked.q, autoescape=True))
    return found


def take_visits(session: Session, sheet: Sheet, how: Handing) -> SheetReport:
    report, seen = sheet.report(), dict[str, int]()

    def check(reading: Reading[VisitForm]) -> None:
        number = reading["id_number"]
        if number and (first := seen.setdefault(number, reading.row.number)) != reading.row.number:
            reading.against("id_number", f"与第{first}行是同一户")
        if reading["name"] == "无名":
            reading.against("name", "没有这个人")

    for _, form in RowReader(VisitForm, sheet, how.month).good(report, check):
        keep(session, form)
        report.taken += 1
    return report


KIND = SheetKind(
    "visits", "走访", "toy", 1, ("户主姓名", "身份证号码", "办理结果", "村"), take_visits, ("序号",)
)


SERVICE = Service(
    name="toy",
    title="玩具",
    metadata=Table.metadata,
    folder=Path(__file__).parent,
    templates=[Path(__file__).parent / "templates"],
    handlers=Handlers(),
    jobs=Jobs(),
    routers=[APIRouter()],
    sheets=(KIND,),
)
SERVICE.routers[0].include_router(router, prefix="/toy")
CLERK = actor(Role.COUNTY_CLERK)
