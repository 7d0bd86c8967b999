"""`backstop up`, `backstop down`, `backstop demo`."""

import asyncio
import os
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backstop.accounts import DemoAccounts
from backstop.cli import server
from backstop.cli.options import HOME, Home, clear_errors, console
from backstop.engines import console_progress
from backstop.engines.private import make_folder
from backstop.engines.process import living, mark_of, terminate, write_mark
from backstop.installation import Installation
from backstop.links import Links
from backstop.logs import log_to
from kit.errors import Refused

if TYPE_CHECKING:
    from backstop.house import House

PORT = 8000
Port = Annotated[int, typer.Option("--port", help="网页端口(只在本机)")]


def up(home: Home = HOME, port: Port = PORT) -> None:
    """启动:两个引擎、四个服务和网页,真实时钟,只在本机。按 Ctrl-C 停止。"""
    with clear_errors():
        installation = Installation(home.absolute())
        refuse_second(installation, port)
        log_to(installation.home)
        try:
            with ThreadPoolExecutor() as pool:  # the engines start while the services are imported
                engines = pool.submit(installation.engines.start, console_progress())
                from backstop.house import House

                house = House(installation)
                engines.result()
            asyncio.run(serve(house, port, invite=True))
        finally:
            installation.engines.stop()
            console.print("已停止。数据都在,下次 backstop up 接着用。")


def down(home: Home = HOME) -> None:
    """停止网页、服务和引擎。"""
    with clear_errors():
        mark = living(_mark(home.absolute()))
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
    """演示:一个编造的县,两个月从头到尾走一遍。与正式安装互不相干。"""
    from backstop.demo import department, play

    with clear_errors():
        refuse_installation(home.absolute())
        if not department.PROGRAM.exists():
            raise Refused("演示要用到源码里的 examples,请在源码目录里运行。")
        play.run(home.absolute(), out.absolute(), port=port if serve_ else None)


async def serve(house: "House", port: int, *, invite: bool) -> None:
    """Start the services, open the pages, and close everything in order at the end."""
    from backstop.portal import Portal, administrator

    await house.start()
    try:
        run = make_folder(house.installation.home / "run")
        write_mark(run / "up.pid", mark_of(os.getpid()))  # type: ignore[arg-type]
        (run / "port").write_text(str(port))
        address = f"http://127.0.0.1:{port}"
        console.print(f"守底已启动:{address}", style="green")
        if invite:
            token = Links(house.installation.home).hand_out(administrator(house), house.clock())
            console.print(
                f"系统管理员一次性登录链接(3天有效):\n{address}/sign-in/{token}", soft_wrap=True
            )
        await server.serve(Portal(house), "127.0.0.1", port)
    finally:
        _mark(house.installation.home).unlink(missing_ok=True)
        await house.stop()


def refuse_second(installation: Installation, port: int | None) -> None:
    """One `up` an installation, and its port free."""
    if living(_mark(installation.home)):
        raise Refused(f"{installation.home} 的守底已经在运行。要停止它,请运行 backstop down。")
    if port is None:
        return
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Refused(
                f"端口 {port} 被别的程序占用。请关掉它,或者用 --port 换一个,例如 --port {port + 80}。"
            ) from error


def refuse_installation(home: Path) -> None:
    """The demo begins by erasing its folder, so that folder must be a demo's, or empty."""
    if home.exists() and any(home.iterdir()) and not DemoAccounts(home).path.exists():
        raise Refused(
            f"{home} 里不是演示,演示会清空它的文件夹,所以没有开始。请用 --home 另选一个文件夹。"
        )


def _mark(home: Path) -> Path:
    return home / "run" / "up.pid"


def running_port(home: Path) -> int | None:
    """The port of an `up` that is running there, if one is."""
    try:
        return int((home / "run" / "port").read_text()) if living(_mark(home)) else None
    except (OSError, ValueError):
        return None
