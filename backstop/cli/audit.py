"""`backstop audit check`: whether what was written down of everybody's acts still stands as it was."""

import typer

from backstop.cli.databases import sessions_of
from backstop.cli.options import HOME, Home, clear_errors, console
from backstop.services import every_service
from kit import audit

audit_app = typer.Typer(no_args_is_help=True, help="操作记录：核对")
FAULTS = {
    audit.Fault.CHANGED: "第{number}条与封存时不一样，被改动或插入过。",
    audit.Fault.MISSING: "第{number}条不见了。",
}


@audit_app.callback()
def main() -> None:
    """操作记录：谁在什么时候办理、查看、导出了什么。"""


@audit_app.command()
def check(home: Home = HOME) -> None:
    """逐条核对每个服务的操作记录，指出第一处不符。"""
    whole = True
    with clear_errors():
        for service in every_service():
            with sessions_of(service, home) as sessions, sessions.begin() as session:
                chain = audit.check(session)
            whole = whole and chain.broken is None
            style = "red" if chain.broken else None
            console.print(f"{service.name}：{_said(chain)}", style=style, markup=False)
    if not whole:
        raise typer.Exit(1)


def _said(chain: audit.Chain) -> str:
    waiting = f"另有{chain.unsealed}条等待封存。" if chain.unsealed else ""
    if broken := chain.broken:
        good = f"前{chain.sealed}条相符；" if chain.sealed else ""
        return good + FAULTS[broken.fault].format(number=broken.number) + waiting
    last = f"，末条校验值 {chain.head.hex()}" if chain.sealed else ""
    return f"已封存{chain.sealed}条，全部相符{last}。{waiting}"
