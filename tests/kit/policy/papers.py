"""A toy service: papers that come up from groups and villages, are solved by departments and read
by helpers.
"""

from pathlib import Path
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel
from sqlalchemy import exists
from sqlmodel import Field, Session, SQLModel, select

from kit.actor import Actor
from kit.behalf import Behalf, whom
from kit.database.columns import items, texts
from kit.deadlines import Jobs
from kit.errors import NotFound
from kit.messaging.inbox import Handlers
from kit.policy import (
    Action,
    Policy,
    allow,
    anywhere,
    apart,
    at,
    below,
    did,
    having,
    listed,
    own,
    through,
    within,
)
from kit.service import Service, own_registry
from kit.web import Transaction, Who, page
from schemas.codes import Role

VILLAGE, OTHER_VILLAGE = "990121100201", "990121101201"
TOWNSHIP, COUNTY = "990121100000", "990121000000"


class Table(SQLModel, registry=own_registry()):
    pass


class Paper(Table, table=True):
    __tablename__ = "paper"
    id: str = Field(primary_key=True)
    village: str | None = None
    group: str | None = None
    department: str | None = None
    co_handlers: list[str] = items()
    units: list[str] = texts()
    by_account: str | None = None
    closed: bool | None = None
    head_name: str = "张三"
    id_number: str = "990121199001010010"
    note: str = ""


class Assignment(Table, table=True):
    __tablename__ = "assignment"
    paper: str = Field(primary_key=True)
    helper: str = Field(primary_key=True)


class PaperBrief(BaseModel):
    id: str
    village: str | None


class PaperView(PaperBrief):
    """The personal fields stay unset for whoever may not see them."""

    head_name: str = ""
    id_number: str = ""


class PaperIn(BaseModel):
    """`village`: where to it shall move."""

    note: str = ""
    village: str | None = None
    on_behalf: str | None = None
    behalf_reason: str | None = None


helped = through(
    lambda actor, model: exists().where(
        Assignment.paper == model.id,  # type: ignore[arg-type]
        Assignment.helper == actor.place,  # type: ignore[arg-type]
    ),
    "本{place}结对的",
)
DEPARTMENT = (Role.DEPARTMENT_CLERK, Role.DEPARTMENT_HEAD)
READ = Action(
    "查看单子",
    allow(Role.COUNTY_CLERK, Role.COUNTY_LEADER, to=anywhere),
    allow(Role.TOWNSHIP_CLERK, Role.TOWNSHIP_HEAD, to=within("village")),
    allow(Role.VILLAGE_CLERK, to=at("village")),
    allow(Role.GROUP_LEADER, to=at("village", "group")),
    allow(Role.HELPER, to=helped, fields=PaperBrief.model_fields),
    allow(*DEPARTMENT, to=at("department")),
    allow(*DEPARTMENT, to=listed("co_handlers"), fields=PaperBrief.model_fields),
)
policy = Policy(
    papers=READ,
    paper=READ,
    paper_page=READ,
    move_paper=Action(
        "登记单子",
        allow(Role.COUNTY_CLERK, to=anywhere),
        allow(Role.TOWNSHIP_CLERK, to=within("village")),
    ),
    solve_paper=Action(
        "办理单子",
        allow(*DEPARTMENT, to=at("department") & having(closed=None)),
        allow(
            Role.COUNTY_CLERK,
            to=anywhere,
            on_behalf=whom("部门经办人", Role.DEPARTMENT_CLERK, "department"),
        ),
    ),
    date_receipt=Action(
        "补录收到日期",
        allow(Role.COUNTY_CLERK, Role.TOWNSHIP_CLERK, to=below("village") & ~own("by_account")),
        allow(Role.VILLAGE_CLERK, to=below("village", "group") & ~own("by_account")),
        otherwise="收到日期由收表的人补录，自己报的不能自己补录。",
    ),
    close_paper=Action(
        "办结单子",
        allow(Role.COUNTY_CLERK, to=anywhere),
        apart=apart(did("填报了这张单子", "by_account")),
    ),
    count_papers=Action("统计单子"),
)


def paper_of(session: Session, id: str) -> Paper:
    found = session.get(Paper, id)
    if found is None:
        raise NotFound("没有这张单子。")
    return found


def move_paper(session: Session, id: str, village: str, *, actor: Actor) -> Paper:
    found = paper_of(session, id)
    policy.require(actor, "move_paper", found)
    policy.require(actor, "move_paper", Paper(id=id, village=village))
    found.village = village
    return found


router = policy.router(prefix="/api", tags=["toy"])


@router.get("/papers")
def papers(session: Transaction, actor: Who) -> list[PaperBrief]:
    found = session.exec(select(Paper).where(policy.visible(actor, "papers", Paper)))
    return [PaperBrief.model_validate(one, from_attributes=True) for one in found]


@router.get("/papers/{id}", response_model_exclude_unset=True)
def paper(id: str, session: Transaction, actor: Who) -> PaperView:
    return policy.show(actor, "paper", paper_of(session, id), PaperView)


@router.post("/papers/{id}/move", name="move_paper")
def move(id: str, body: PaperIn, session: Transaction, actor: Who) -> PaperBrief:
    moved = move_paper(session, id, body.village or "", actor=actor)
    return PaperBrief.model_validate(moved, from_attributes=True)


@router.post("/papers/{id}/solution")
def solve_paper(id: str, body: PaperIn, session: Transaction, actor: Who) -> PaperBrief:
    found = paper_of(session, id)
    behalf = policy.require(
        actor, "solve_paper", found, on_behalf=Behalf(body.on_behalf, body.behalf_reason)
    )
    found.closed, found.note = True, behalf or actor.name
    return PaperBrief.model_validate(found, from_attributes=True)


@router.post("/papers/{id}/closure")
def close_paper(id: str, session: Transaction, actor: Who, note: Annotated[str, Form()]) -> None:
    found = paper_of(session, id)
    policy.require(actor, "close_paper", found)
    found.note = note


pages = policy.router()


@pages.get("/papers/{id}")
def paper_page(id: str, request: Request, session: Transaction, actor: Who) -> HTMLResponse:
    return page(request, "paper.html", paper=paper_of(session, id))


SERVICE = Service(
    name="toy",
    title="玩具",
    metadata=Table.metadata,
    folder=Path(__file__).parent,
    templates=[Path(__file__).parent / "templates"],
    handlers=Handlers(),
    jobs=Jobs(),
    routers=[],
)
