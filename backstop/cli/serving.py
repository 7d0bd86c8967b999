"""`backstop up` at work: pages opened and closed in order, one `up` an installation."""

import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING

from backstop.cli import server
from backstop.cli.options import complaints, console
from backstop.engines.private import make_folder
from backstop.engines.process import living, mark_of, write_mark
from backstop.engines.settings import read
from backstop.installation import Installation
from kit.errors import Conflict, Refused
from kit.network import NO_PHONE, is_here_alone

if TYPE_CHECKING:
    from backstop.application import Application


async def serve(application: "Application", port: int, *, invite: bool) -> None:
    """Start the services unless they run already, as after the demo's play; open the pages, say so when
    they answer, and close everything in order at the end.
    """
    from backstop.portal import Portal

    if not application.runtimes:
        await application.start()
    try:
        run = make_folder(application.installation.home / "run")
        write_mark(run / "up.pid", mark_of(os.getpid()))  # type: ignore[arg-type]
        (run / "port").write_text(str(port))
        address = f"http://127.0.0.1:{port}"

        def opened() -> None:
            console.print(f"守底已启动：{address}", style="green")
            if outside := application.installation.engines.kafka.outside:
                file = application.installation.home / "departments" / "ca.crt"
                console.print(f"部门接入：{outside}；交给部门的证书：{file}", soft_wrap=True)
            if invite:
                shown = read().public_address or address
                warn_of(shown)
                console.print(invitation(application, shown), soft_wrap=True)

        await server.serve(Portal(application), "127.0.0.1", port, opened)
    finally:
        mark_file(application.installation.home).unlink(missing_ok=True)
        await application.stop()


def invitation(application: "Application", address: str) -> str:
    """The first administrator's link; a sentence what to do instead where his account was closed."""
    from backstop.people import administrator

    try:
        secret = application.accounts.card(administrator(application.installation))
    except Conflict:
        return (
            "服务器自带的系统管理员账号已停用，没有给出登录链接。请用别的系统管理员账号登录；"
            "他进不来时，运行 backstop accounts link ACCOUNT 给他一张新登录卡。"
        )
    return f"系统管理员一次性登录链接（30天有效）：\n{address}/access/cards/{secret}"


def refuse_second(installation: Installation, port: int | None) -> None:
    """One `up` an installation, and its port free."""
    if living(mark_file(installation.home)):
        raise Refused(f"{installation.home} 的守底已经在运行。要停止它，请运行 backstop down。")
    if port is None:
        return
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Refused(
                f"端口 {port} 被别的程序占用。请关掉它，或者用 --port 换一个，例如 --port {port + 80}。"
            ) from error


def mark_file(home: Path) -> Path:
    return home / "run" / "up.pid"


def shown_address(home: Path) -> str:
    """Where people's browsers find it: as the settings say, else the `up` that runs there, else where
    the reverse proxy is.
    """
    settings, port = read(), running_port(home)
    return settings.public_address or (f"http://127.0.0.1:{port}" if port else settings.address)


def warn_of(address: str) -> None:
    """Beside a link that only this machine's browsers reach; not where a program reads the link."""
    if is_here_alone(address):
        complaints.print(NO_PHONE.format(address=address), style="yellow", soft_wrap=True)


def running_port(home: Path) -> int | None:
    """The port of an `up` that is running there, if one is."""
    try:
        return int((home / "run" / "port").read_text()) if living(mark_file(home)) else None
    except (OSError, ValueError):
        return None
