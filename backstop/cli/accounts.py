"""`backstop accounts`: a second hand where a county has one only, and a card where nobody else can
give one. For whoever has the server itself.
"""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import Session

from backstop.accounts_of_links import adopt_links
from backstop.cli.databases import sessions_of
from backstop.cli.options import HOME, Home, clear_errors, console
from backstop.cli.serving import shown_address, warn_of
from backstop.services import service_named
from kit import audit
from kit.clock import system_clock
from services.access.accounts import commands, queries
from services.access.accounts.commands import COMMAND_LINE
from services.access.cards import commands as cards
from services.access.directory import queries as directory

accounts_app = typer.Typer(
    no_args_is_help=True, help="账号：待确认的岗位，登录卡，0.1.0的链接（限服务器上使用）"
)
Code = Annotated[
    str, typer.Argument(metavar="ACCOUNT", help="账号代码，见 backstop accounts waiting")
]


@accounts_app.command("waiting")
def waiting(home: Home = HOME) -> None:
    """列出等待确认的岗位。"""
    with (
        clear_errors(),
        sessions_of(service_named("access"), home) as sessions,
        sessions() as session,
    ):
        posts = queries.waiting(session)
        called = directory.called(session, posts)
        for post in posts:
            person = queries.account(session, post.account)
            line = f"{post.account}  {person.name}  {post.role.label}（{called[post.id]}）"
            console.print(line, markup=False, soft_wrap=True)
        if not posts:
            console.print("没有等待确认的岗位。")


@accounts_app.command("confirm")
def confirm(account: Code, home: Home = HOME) -> None:
    """确认一个人的全部待确认岗位，算作第二人。"""
    with clear_errors(), sessions_of(service_named("access"), home) as sessions:
        now = system_clock()
        with sessions.begin() as session:
            person = queries.account(session, account)
            done = _confirm(session, account, now)
            objects = (f"account:{account}", *(f"post:{id}" for id in done))
            audit.note(session, now, "confirm_post", COMMAND_LINE, *objects)
        console.print(f"已确认{person.name}的{len(done)}个岗位。")


def _confirm(session: Session, account: str, now: datetime) -> list[str]:
    """Also what 0.1.0 left: nobody proposed it by this command line, it only carried it over."""
    waiting = [post for post in queries.waiting(session) if post.account == account]
    for post in waiting:
        commands.confirm(session, post.id, actor=commands.SYSTEM, now=now)
        post.confirmed_by = COMMAND_LINE.account
        session.add(post)
    return [post.id for post in waiting]


@accounts_app.command("link")
def link(account: Code, home: Home = HOME) -> None:
    """给一个人一张新的登录卡，显示链接（只显示这一次）。他以前没有用过的卡作废。"""
    with clear_errors(), sessions_of(service_named("access"), home) as sessions:
        with sessions.begin() as session:
            now, person = system_clock(), queries.account(session, account)
            secret = cards.servers_card(session, account, now=now)
            audit.note(session, now, "hand_out_card", COMMAND_LINE, f"account:{account}")
        _show(home, person.name, secret)


@accounts_app.command("adopt")
def adopt(home: Home = HOME) -> None:
    """把0.1.0的登录链接变成待确认的账号；确认前不能用，原来的链接一律作废。"""
    with clear_errors(), sessions_of(service_named("access"), home) as sessions:
        taken, refused = adopt_links(Path(home), sessions, system_clock())
        console.print(f"已登记{taken}个待确认的账号。")
        for sentence in refused:
            console.print(sentence, style="yellow", markup=False, soft_wrap=True)


def _show(home: str | Path, name: str, secret: str) -> None:
    address = shown_address(Path(home))
    console.print(f"{name}的登录链接（只能用一次，30天内有效，只显示这一次）：")
    console.print(f"{address}/access/cards/{secret}", markup=False, soft_wrap=True)
    warn_of(address)
