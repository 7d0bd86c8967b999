"""`backstop calendar`: working days of the State Council's calendar, and which due days would move
with it.
"""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from sqlmodel import Session

from backstop.cli.databases import sessions_of
from backstop.cli.options import HOME, Home, clear_errors, console
from backstop.services import service_named
from kit.clock import system_clock
from kit.dates import show_day
from kit.errors import Refused
from rulebook.calendar import state_council
from rulebook.months import check_month, first_day, last_day, local_date
from services.county.recounting import queries as county_queries
from services.dispatch.recounting import queries as dispatch_queries

calendar_app = typer.Typer(
    no_args_is_help=True, help="工作日历：加工作日、看一个月、看哪些时限要调整"
)
Overrides = Annotated[Path | None, typer.Option("--overrides", help="本地调整文件（TOML）")]
MOVES: dict[str, Callable[[Session, date], Sequence[Any]]] = {
    "dispatch": dispatch_queries.moves,
    "county": county_queries.moves,
}  # service → due days that would move
WEEKDAYS = "一二三四五六日"


@calendar_app.command("add")
def add(day: str, working_days: int, overrides: Overrides = None) -> None:
    """起始日后第几个工作日（起始日不计）。"""
    with clear_errors():
        calendar = state_council(overrides)
        due = calendar.add(_day(day), working_days)
        note = "（暂定：国务院尚未公布该年安排）" if calendar.is_provisional(due) else ""
        print(f"{due.isoformat()}{note}")


@calendar_app.command("month")
def month(month: str, overrides: Overrides = None) -> None:
    """一个月里哪些天上班。"""
    with clear_errors():
        calendar = state_council(overrides)
        month = check_month(month)
        table = Table(title=f"{month} 工作日 {len(calendar.working_days_of(month))} 天")
        for weekday in WEEKDAYS:
            table.add_column(weekday, justify="right")
        day, last = first_day(month), last_day(month)
        week = [""] * day.weekday()
        for number in range(day.day, last.day + 1):
            today = day.replace(day=number)
            works, weekend = calendar.is_working_day(today), today.weekday() >= 5
            shown = f"{number}{'班' if works and weekend else '休' if not works else ''}"
            week.append(f"[bold]{shown}[/bold]" if works else f"[dim]{shown}[/dim]")
            if len(week) == 7:
                table.add_row(*week)
                week = []
        if week:
            table.add_row(*week, *[""] * (7 - len(week)))
        console.print(table)
        if calendar.is_provisional(last):
            console.print("暂定：国务院尚未公布该年安排，只扣除法定节日。", style="yellow")


@calendar_app.command("moves")
def list_moves(home: Home = HOME) -> None:
    """日历公布或更正以后，哪些办理时限要调整；调整在页面上办。"""
    table = Table("什么", "时限", "现在", "按日历")
    with clear_errors():
        for service, moves in MOVES.items():
            with sessions_of(service_named(service), home) as sessions, sessions() as session:
                for move in moves(session, local_date(system_clock())):
                    table.add_row(move.title, move.label, show_day(move.old), show_day(move.new))
        if not table.row_count:
            print("没有要调整的时限。")
            return
        console.print(table)
        console.print("请牵头部门登录后，在“要办的事”里按“工作日历有变”全部调整。")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused(f"“{text}”不是日期。写法：2026-02-10。") from error
