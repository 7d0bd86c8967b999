"""Pages of the monthly bulletin: list, figures, names one by one, the event behind a figure."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Query, Request, Response

from kit.actor import Actor
from kit.forms import fill
from kit.forms.filling import Filled
from kit.web import Today, Transaction, Who, done, page
from rulebook.months import YearMonth
from rulebook.types import Short
from services.county.bulletin import commands, queries
from services.county.bulletin.forms import DemandsForm, ErratumForm, ExplanationForm, ReasonForm
from services.county.bulletin.models import BulletinState, NameKind, NameState
from services.county.bulletin.policy import policy
from services.county.bulletin.views import NameShown
from services.county.ledger.policy import policy as ledger_policy
from services.county.ledger.queries import composition
from services.county.reporters.models import ReporterKind

router = policy.router()


@dataclass(frozen=True)
class Reporter:
    """Whom a figure is about."""

    kind: str
    code: str


@router.get("/bulletins")
def bulletins(request: Request, session: Transaction, actor: Who) -> Response:
    return page(request, "bulletin_list.html", bulletins=queries.listed(session, actor))


@router.get("/bulletins/{month}")
def bulletin(
    request: Request, month: YearMonth, session: Transaction, actor: Who, today: Today
) -> Response:
    if policy.may(actor, "draft_bulletin") and not queries.is_drafted(session, month):
        return page(
            request, "bulletin_waiting.html", month=month, on=queries.cut_off_day(session, month)
        )
    file = queries.seen(session, month, actor)
    drafted, proposed = queries.bulletin(session, month), queries.proposed_names(session, month)
    undecided = [name for name in proposed if name.state is NameState.OPEN]
    return page(
        request,
        "bulletin.html",
        bulletin=file,
        figures=file.figures,
        may_follow=lambda kind, code: policy.may(actor, "event_behind", Reporter(kind, code)),
        issued=file.state is BulletinState.ISSUED,
        mandate=queries.mandate(session, drafted),
        drafted=drafted,
        stored={name.id: name for name in proposed},
        kinds=NameKind,
        states=NameState,
        undecided=undecided,
        ledger=composition(session, actor) if ledger_policy.may(actor, "ledger") else None,
        waits_for=queries.waits_for(undecided),
        heard={name.id: queries.is_heard(session, name, drafted, today) for name in proposed},
        standing={name.id: queries.standing(session, name, drafted, today) for name in proposed},
        unchanged=queries.is_unchanged(session, month),
        asked={name.id: _forms(request, name, actor) for name in file.names},
        demands=fill(request, DemandsForm, f"{_page(month)}/demands", {"text": file.demands}),
        erratum=fill(request, ErratumForm, f"{_page(month)}/errata"),
    )


def _forms(request: Request, name: NameShown, actor: Actor) -> dict[str, Filled]:
    """What may be said about a name: its own word, or the office's reason."""
    path = f"/county/names/{name.id}"
    without = () if policy.may(actor, "approve_name") else ("on_behalf", "behalf_reason")
    return {
        "explanation": fill(request, ExplanationForm, f"{path}/explanation", without=without),
        "drop": fill(request, ReasonForm, f"{path}/drop"),
    }


@router.get("/bulletins/{month}/event")
def event_behind(
    request: Request,
    month: YearMonth,
    kind: Annotated[ReporterKind, Query(title="种类")],
    code: Annotated[Short, Query(title="代码")],
    session: Transaction,
    actor: Who,
) -> Response:
    label, row = queries.event_behind(session, actor, month, kind, code)
    return page(request, "bulletin_event.html", month=month, label=label, row=row)


@router.post("/bulletins/{month}/draft")
def draft_bulletin(month: YearMonth, session: Transaction, actor: Who, today: Today) -> Response:
    commands.draft_bulletin(session, month, actor=actor, on=today)
    return _back(month, "通报已起草，数字已冻结。")


@router.post("/bulletins/{month}/demands")
def edit_demands(
    month: YearMonth, form: Annotated[DemandsForm, FromPage()], session: Transaction, actor: Who
) -> Response:
    commands.edit_demands(session, month, form.text, actor=actor)
    return _back(month, "工作要求已修改。")


@router.post("/names/{name_id}/explanation")
def explain(
    name_id: str,
    form: Annotated[ExplanationForm, FromPage()],
    session: Transaction,
    actor: Who,
    today: Today,
) -> Response:
    name = commands.explain(
        session, name_id, form.text, actor=actor, on=today, on_behalf=form.behalf
    )
    return _back(name.month, "情况说明已登记。")


@router.post("/names/{name_id}/approval")
def approve_name(name_id: str, session: Transaction, actor: Who, today: Today) -> Response:
    name = commands.approve_name(session, name_id, actor=actor, on=today)
    return _back(name.month, "已同意点名。")


@router.post("/names/{name_id}/acceptance")
def accept_explanation(name_id: str, session: Transaction, actor: Who, today: Today) -> Response:
    name = commands.accept_explanation(session, name_id, actor=actor, on=today)
    return _back(name.month, "说明成立，不点名。")


@router.post("/names/{name_id}/drop")
def drop_name(
    name_id: str,
    form: Annotated[ReasonForm, FromPage()],
    session: Transaction,
    actor: Who,
    today: Today,
) -> Response:
    name = commands.drop_name(session, name_id, form.reason, actor=actor, on=today)
    return _back(name.month, "已移出点名。")


@router.post("/names/{name_id}/reopening")
def reopen_name(name_id: str, session: Transaction, actor: Who) -> Response:
    return _back(commands.reopen_name(session, name_id, actor=actor).month, "已恢复为待审定。")


@router.post("/bulletins/{month}/issue")
def issue_bulletin(month: YearMonth, session: Transaction, actor: Who, today: Today) -> Response:
    commands.issue_bulletin(session, month, actor=actor, on=today)
    return _back(month, "通报已签发。")


@router.post("/bulletins/{month}/errata")
def add_erratum(
    month: YearMonth,
    form: Annotated[ErratumForm, FromPage()],
    session: Transaction,
    actor: Who,
    today: Today,
) -> Response:
    erratum = commands.add_erratum(session, month, form.text, actor=actor, on=today)
    return _back(month, f"更正第{erratum.number}号已发布。")


def _page(month: str) -> str:
    return f"/county/bulletins/{month}"


def _back(month: str, message: str) -> Response:
    return done(_page(month), message)
