"""`backstop dead-letters`: what could not be handled waits here; look at it, mend it, replay it."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Column, Table
from rich.text import Text

from backstop.cli.databases import sessions_of
from backstop.cli.options import HOME, Home, clear_errors, console
from backstop.services import NAMES, every_service, service_named
from kit.clock import ZONE
from kit.errors import Refused
from kit.messaging import dead_letters
from kit.messaging.dead_letters import why
from kit.visible import visible

dead_letters_app = typer.Typer(no_args_is_help=True, help="死信：列出、查看、修正、重放")
Which = Annotated[str, typer.Argument(help=f"哪个服务：{'、'.join(NAMES)}")]
PAGE = 50  # rows
LETTERS = ("服务", "哪一封", "类型", "键", "原因", "何时")
PLACES = ("哪一封", "第一封", "最后一封")  # to be copied: on one line
KINDS = ("服务", "第一封", "最后一封", "类型", "类别", "封数", "原因", "最后一次")
Where = Annotated[str, typer.Argument(help="哪一封：主题：分区：序号，例如 backstop.village:0:17")]


@dead_letters_app.command("list")
def list_(
    service: Annotated[str, typer.Option(help="只看一个服务")] = "",
    topic: Annotated[str, typer.Option(help="只看一个主题")] = "",
    kind: Annotated[str, typer.Option(help="只看一类：消息类型，或者原因的类别")] = "",
    department: Annotated[str, typer.Option(help="只看一个部门发来的：部门代码")] = "",
    each: Annotated[bool, typer.Option("--each", help="不按类合计，逐封列出")] = False,
    page: Annotated[int, typer.Option(min=1, help="第几页")] = 1,
    home: Home = HOME,
) -> None:
    """列出死信：同一主题、同一类的合成一行，写明封数和首尾两封；--each 逐封列出。"""
    which = dead_letters.Which(topic, kind, department)
    rows = list[list[str]]()
    with clear_errors():
        services = [service_named(service)] if service else every_service()
        skip, most = (page - 1) * PAGE, page * PAGE + 1
        for asked in services:
            with sessions_of(asked, home) as sessions, sessions.begin() as session:
                if each:
                    rows += _letters(asked.name, dead_letters.waiting(session, which, limit=most))
                else:
                    rows += _kinds(asked.name, dead_letters.kinds(session, which))
    names = LETTERS if each else KINDS
    table = Table(*(Column(name, no_wrap=name in PLACES) for name in names))
    for row in rows[skip : skip + PAGE]:
        table.add_row(*(Text(visible(cell)) for cell in row))
    console.print(table if table.row_count else "没有死信。")
    if len(rows) > skip + PAGE:
        console.print(f"还有下一页：--page {page + 1}")


def _letters(service: str, letters: Iterable[Any]) -> Iterator[list[str]]:
    for letter in letters:
        headers = dict(zip(letter.names, letter.contents, strict=True))
        yield [
            service,
            f"{letter.topic}:{letter.partition}:{letter.offset}",
            _text(headers.get("ce_type"))[:80] or "?",
            _text(letter.key)[:80],
            letter.reason[:120],
            f"{letter.buried_at.astimezone(ZONE):%m-%d %H:%M}",
        ]


def _kinds(service: str, kinds: Iterable[Any]) -> Iterator[list[str]]:
    for row in kinds:
        rest = row.count - row.kept
        yield [
            service,
            f"{row.topic}:{row.first}",
            f"{row.topic}:{row.last}",
            row.type or "?",
            row.kind or "?",
            f"{row.count}（只计数 {rest}）" if rest else str(row.count),
            row.reason[:120],
            f"{row.last_at.astimezone(ZONE):%m-%d %H:%M}",
        ]


def _text(content: bytes | None) -> str:
    return (content or b"").decode("utf-8", "replace")


@dead_letters_app.command("show")
def show(service: Which, where: Where, home: Home = HOME) -> None:
    """查看一封死信的头和正文；控制字符一律写成转义。"""
    with (
        clear_errors(),
        sessions_of(service_named(service), home) as sessions,
        sessions.begin() as session,
    ):
        letter = dead_letters.letter(session, *_place(where))
        for name, content in zip(letter.names, letter.contents, strict=True):
            print(f"{visible(name)}: {'（空）' if content is None else visible(_text(content))}")
        print("（正文没有保留）" if letter.value is None else visible(_text(letter.value)))
        print(f"原因： {visible(letter.reason)}")


@dead_letters_app.command("mend")
def mend(
    service: Which,
    where: Where,
    body: Annotated[Path | None, typer.Option("--body", help="新的正文（JSON 文件）")] = None,
    header: Annotated[
        list[str] | None, typer.Option("--header", help="改一个头：名=值，可多次")
    ] = None,
    home: Home = HOME,
) -> None:
    """换掉正文或个别头；改完还要重放。"""
    with clear_errors():
        value = _body(body) if body else None
        if wrong := [pair for pair in header or [] if "=" not in pair]:
            raise Refused(f"“{wrong[0]}”里没有等号。写法：--header 名=值。")
        headers = dict(pair.split("=", 1) for pair in header or [])
        with sessions_of(service_named(service), home) as sessions, sessions.begin() as session:
            dead_letters.mend(session, *_place(where), value=value, headers=headers)
    console.print("已修正。请用 backstop dead-letters replay 重放。")


@dead_letters_app.command("replay")
def replay(service: Which, where: Where, home: Home = HOME) -> None:
    """按原来的先后，重放这一封所属对象的全部死信：要么全成，要么不动。"""
    with clear_errors(), sessions_of(service_named(service), home) as sessions:
        with sessions.begin() as session:
            letter = dead_letters.letter(session, *_place(where))
        try:
            count = dead_letters.replay(
                sessions, service_named(service).handlers, letter.topic, letter.key
            )
        except Exception as error:
            said = f"没有重放成功，死信都还在：{why(error)}"
            console.print(said, style="red", markup=False)
            raise typer.Exit(1) from error
    console.print(f"重放了 {count} 封。")


def _body(path: Path) -> bytes:
    try:
        value = path.read_bytes()
        json.loads(value)
    except (OSError, ValueError) as error:
        raise Refused(f"{path} 打不开，或者不是 JSON:{error}") from error
    return value


def _place(where: str) -> tuple[str, int, int]:
    if not (match := re.fullmatch(r"(.+):(\d{1,9}):(\d{1,18})", where)):
        raise Refused(
            f"“{where}”不是一封死信的位置。写法：主题：分区：序号，例如 backstop.village:0:17。"
        )
    return match[1], int(match[2]), int(match[3])
