"""`backstop audit`: whether what was written down of everybody's acts still stands as it was; who saw a
household's record; the file of one case.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from backstop.cli.databases import sessions_of
from backstop.cli.options import HOME, Home, clear_errors, console, installation_at
from backstop.services import every_service
from kit import audit
from kit.dates import show_moment

if TYPE_CHECKING:
    from backstop.auditing import Seen

audit_app = typer.Typer(no_args_is_help=True, help="操作记录：核对、查询、制卷")
BROKEN, LATE = 1, 3  # exit codes; 1 also where it could not be checked
FAULTS = {
    audit.Fault.CHANGED: "第{number}条与封存时不一样，被改动或插入过。",
    audit.Fault.MISSING: "第{number}条不见了。",
    audit.Fault.INSERTED: "封存号{number}不止一条，多出来的是后来插入的。",
    audit.Fault.CUT: "从第{number}条起被删去了：另存的校验值里有，库里没有。",
    audit.Fault.REPLACED: "到第{number}条为止整段被换过：与另存的校验值不一样。",
}
Copies = Annotated[
    Path | None, typer.Option("--heads", help="另存的校验值所在的文件夹；不写就用安装设置里的")
]
LINE = ("服务", "时间", "账号", "姓名", "身份", "地方或单位", "方式", "事项", "涉及", "代谁办理")
LIST = ("服务", "账号", "身份", "方式", "事项", "次数", "第一次", "最后一次")


@audit_app.callback()
def main() -> None:
    """操作记录：谁在什么时候办理、查看、导出了什么。"""


@audit_app.command()
def verify(home: Home = HOME, heads: Copies = None) -> None:
    """逐条核对每个服务的操作记录，并与另存的校验值比较。退出码：0相符，1不符，3有记录没有按时封存。"""
    code = 0
    with clear_errors():
        folder = heads or installation_at(home).audit_heads
        for service in every_service():
            with sessions_of(service, home) as sessions, sessions.begin() as session:
                chain = audit.check(session, audit.copied(session, folder))
            code = BROKEN if chain.broken else code or (LATE if chain.late else 0)
            style = "red" if chain.broken or chain.late else None
            console.print(f"{service.name}：{_said(chain)}", style=style, markup=False)
    if code:
        raise typer.Exit(code)


@audit_app.command(hidden=True)
def check(home: Home = HOME, heads: Copies = None) -> None:
    """同 verify。"""
    verify(home, heads)


@audit_app.command()
def seen(
    household: Annotated[str, typer.Argument(help="农户的户编号或内部编号")], home: Home = HOME
) -> None:
    """谁看过、办过、导出过这一户的记录。这次查询也会记下。"""
    from backstop.auditing import every_database
    from backstop.auditing import seen as ask

    with clear_errors(), every_database(home) as databases:
        _print(ask(databases, household))


@audit_app.command()
def package(
    case: Annotated[str, typer.Argument(help="风险线索的编号")],
    to: Annotated[
        Path | None, typer.Option("--to", help="写到哪个文件夹，或哪个.zip文件；不覆盖原有的")
    ] = None,
    home: Home = HOME,
    heads: Copies = None,
) -> None:
    """制作一条线索的操作记录卷（.zip）：记录、办理过程、核对结果。这次制作也会记下。"""
    from backstop.auditing import every_database, make_package

    with clear_errors(), every_database(home) as databases:
        installation = installation_at(home)
        folder = heads or installation.audit_heads
        number, path = make_package(databases, case, folder, FAULTS, to or installation.out)
    console.print(f"{number}的操作记录卷：{path}", markup=False, soft_wrap=True)
    console.print("请用稳妥的方式移交，并另记文件的校验值。")


def _said(chain: audit.Chain) -> str:
    waiting = f"另有{chain.unsealed}条等待封存。" if chain.unsealed else ""
    if chain.late:
        waiting += f"其中{chain.late}条早该封存：请看这个服务是否在运行，日志里写着什么。"
    if broken := chain.broken:
        good = f"前{chain.sealed}条相符；" if chain.sealed else ""
        return good + FAULTS[broken.fault].format(number=broken.number) + waiting
    last = f"，末条校验值 {chain.head.hex()}" if chain.sealed else ""
    compared = f"与{chain.compared}个另存的校验值相符。" if chain.compared else ""
    return f"已封存{chain.sealed}条，全部相符{last}。{compared}{waiting}"


def _print(found: "Seen") -> None:
    table = Table(*LINE)
    for service, line in found.lines:
        who = (line.account, line.name, line.role, line.place)
        what = (line.kind.label, line.deed, line.about, line.on_behalf)
        table.add_row(service.title, show_moment(line.at), *who, *what)
    console.print(table if table.row_count else "没有人看过、办过这一户的记录。")
    if found.unnamed:
        console.print("下面的列表和导出没有逐户记下，里面可能有这一户：")
        lists = Table(*LIST)
        for one in found.unnamed:
            when = (str(one.times), show_moment(one.first), show_moment(one.last))
            lists.add_row(one.service.title, one.account, one.role, one.kind.label, one.deed, *when)
        console.print(lists)
