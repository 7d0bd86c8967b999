"""`backstop dead-letters`: what could not be handled waits here; look at it, mend it, replay it."""

import json
import re
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from backstop.cli.databases import sessions_of
from backstop.cli.options import HOME, Home, clear_errors, console
from backstop.services import every_service, service_named
from kit.clock import ZONE
from kit.errors import Refused
from kit.messaging import dead_letters

dead_letters_app = typer.Typer(no_args_is_help=True, help="死信：列出、查看、修正、重放")
Which = Annotated[str, typer.Argument(help="哪个服务：village、unit、county、dispatch")]
Where = Annotated[str, typer.Argument(help="哪一封：主题：分区：序号，例如 backstop.village:0:17")]


@dead_letters_app.command("list")
def list_(home: Home = HOME) -> None:
    """列出全部死信。"""
    table = Table("服务", "哪一封", "类型", "键", "原因", "何时")
    with clear_errors():
        for service in every_service():
            with sessions_of(service, home) as sessions, sessions.begin() as session:
                for letter in dead_letters.waiting(session):
                    headers = dict(zip(letter.names, letter.contents, strict=True))
                    kind = (headers.get("ce_type") or b"?").decode("utf-8", "replace")
                    where = f"{letter.topic}:{letter.partition}:{letter.offset}"
                    key = (letter.key or b"").decode("utf-8", "replace")
                    table.add_row(
                        service.name,
                        where,
                        kind,
                        key,
                        letter.reason[:120],
                        f"{letter.buried_at.astimezone(ZONE):%m-%d %H:%M}",
                    )
    console.print(table if table.row_count else "没有死信。")


@dead_letters_app.command("show")
def show(service: Which, where: Where, home: Home = HOME) -> None:
    """查看一封死信的头和正文。"""
    with (
        clear_errors(),
        sessions_of(service_named(service), home) as sessions,
        sessions.begin() as session,
    ):
        letter = dead_letters.letter(session, *_place(where))
        for name, content in zip(letter.names, letter.contents, strict=True):
            print(f"{name}: {'（空）' if content is None else content.decode('utf-8', 'replace')}")
        print((letter.value or b"").decode("utf-8", "replace"))
        print(f"原因： {letter.reason}")


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
            console.print(f"没有重放成功，死信都还在：{error!r}", style="red", markup=False)
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
