"""`backstop up`, `backstop down`, `backstop demo`."""

import asyncio
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated

import typer

from backstop.accounts import DemoAccounts
from backstop.cli.options import HOME, Home, clear_errors, console
from backstop.cli.serving import mark_file, refuse_second, serve
from backstop.engines import console_progress
from backstop.engines.process import living, terminate
from backstop.installation import Installation
from backstop.logs import log_to
from kit.errors import Refused

PORT = 8000
Port = Annotated[int, typer.Option("--port", help="网页端口（只在本机）")]
Departments = Annotated[
    str | None,
    typer.Option(
        "--departments",
        envvar="BACKSTOP_DEPARTMENTS",
        metavar="ADDRESS:PORT",
        help="在这个地址上让部门自己的系统接入（加密），例如 10.1.2.3:9094；不写就只在本机",
    ),
]


def up(home: Home = HOME, port: Port = PORT, departments: Departments = None) -> None:
    """启动：两个引擎、所有服务和网页，真实时钟；除了部门接入，只在本机。按 Ctrl-C 停止。"""
    with clear_errors():
        refuse_demo(home.absolute())
        installation = Installation(home.absolute(), departments=departments)
        refuse_second(installation, port)
        log_to(installation.home)
        try:
            with ThreadPoolExecutor() as pool:  # the engines start while the services are imported
                engines = pool.submit(installation.engines.start, console_progress())
                from backstop.application import Application

                application = Application(installation)
                engines.result()
            asyncio.run(serve(application, port, invite=True))
        finally:
            installation.engines.stop()
            console.print("已停止。数据都在，下次 backstop up 接着用。")


def down(home: Home = HOME) -> None:
    """停止网页、服务和引擎。"""
    with clear_errors():
        mark = living(mark_file(home.absolute()))
        if mark:
            terminate(mark, signal.SIGTERM, patience=40)
        Installation(home.absolute()).engines.stop()
        console.print("已停止。")


def demo(
    home: Annotated[Path, typer.Option("--home", help="演示所在的文件夹")] = HOME / "demo",
    port: Port = PORT,
    serve_: Annotated[bool, typer.Option("--serve/--no-serve", help="播放完后打开网页")] = True,
    out: Annotated[Path, typer.Option("--out", help="文件写到哪里")] = Path("out"),
) -> None:
    """演示：一个编造的县，两个月从头到尾走一遍。与正式安装互不相干。"""
    from backstop.demo import department, play

    with clear_errors():
        refuse_installation(home.absolute())
        if not department.PROGRAM.exists():
            raise Refused("演示要用到源码里的 examples，请在源码目录里运行。")
        play.run(home.absolute(), out.absolute(), port=port if serve_ else None)


def refuse_demo(home: Path) -> None:
    """Who may be anybody in a demo is nobody outside it."""
    if DemoAccounts(home).path.exists():
        raise Refused(
            f"{home} 里是演示，不能当正式安装用。请用 --home 另选一个文件夹，再看演示请用 backstop demo。"
        )


def refuse_installation(home: Path) -> None:
    """The demo begins by erasing its folder, so that folder must be a demo's, or empty."""
    if home.exists() and any(home.iterdir()) and not DemoAccounts(home).path.exists():
        raise Refused(
            f"{home} 里不是演示，演示会清空它的文件夹，所以没有开始。请用 --home 另选一个文件夹。"
        )
