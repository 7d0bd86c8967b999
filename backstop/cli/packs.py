"""`backstop packs`: policy packs, one place's rules for one period."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Column, Table

from backstop.cli.options import HOME, Home, clear_errors, console, installation_at
from kit.errors import Refused
from rulebook.packs import (
    Pack,
    PackError,
    check_pack_file,
    clashes,
    is_unused,
    load_pack_file,
    own_files,
    shipped,
    shipped_packs,
)

packs_app = typer.Typer(no_args_is_help=True, help="政策包：列出、新建、检查、查看")


@packs_app.command("list")
def list_(home: Home = HOME) -> None:
    """列出随软件附带的和本县自己的政策包。"""
    with clear_errors():
        installation = installation_at(home)
        in_force = installation.packs
        own = [pack for pack in in_force if pack not in shipped_packs()]
    table = Table("来源", "名称", "版本", "适用地区", "起", "止", "启用")
    for origin, packs in (("随附", shipped_packs()), ("本县", own)):
        for pack in packs:
            table.add_row(
                origin,
                pack.pack_id,
                pack.version,
                pack.region_code or "各地",
                str(pack.valid_from),
                str(pack.valid_to) if pack.valid_to else "—",
                "是"
                if pack in in_force and installation.county.startswith(pack.region_code)
                else "",
            )
    console.print(table)
    console.print("随附的由公开文件整理而成，是示例，不是任何地方的正式配置。")
    console.print(f"本县自己的在 {installation.packs_folder}，都启用。", soft_wrap=True)


@packs_app.command("new")
def new(
    source: Annotated[str, typer.Argument(metavar="FROM", help="以哪个政策包为底，例如 default")],
    name: Annotated[str, typer.Option("--name", help="新政策包的名称；默认 county-区划代码")] = "",
    valid_from: Annotated[
        str, typer.Option("--from", help="从哪天起适用，例如 2027-01-01；默认下月1日")
    ] = "",
    home: Home = HOME,
) -> None:
    """在本县的文件夹里新建一个政策包；以本县自己的为底时，新建它的下一个版本。"""
    from backstop.installation import NOWHERE
    from backstop.packs import new_pack
    from kit.clock import local_date, system_clock
    from rulebook.months import first_day, month_of, next_month

    with clear_errors():
        installation = installation_at(home)
        if installation.county == NOWHERE:
            raise Refused(
                "还不知道是哪个县。请先导入组织表，或设置 BACKSTOP_COUNTY（12位区划代码）。"
            )
        region = installation.county[:6]
        begins = (
            date.fromisoformat(valid_from)
            if valid_from
            else first_day(next_month(month_of(local_date(system_clock()))))
        )
        path = new_pack(
            installation.packs_folder, source, name or f"county-{region}", region, begins
        )
    console.print(f"已新建 {path}。", soft_wrap=True)
    console.print("请改好后运行 backstop packs check，再重新启动。")


@packs_app.command("check")
def check(
    files: Annotated[
        list[Path] | None, typer.Argument(help="政策包文件；不写则检查随附的和本县的全部")
    ] = None,
    home: Home = HOME,
) -> None:
    """检查政策包文件，逐条说明文件、键和原因。"""
    with clear_errors():
        installation = installation_at(home)
        paths = files or [*shipped(), *own_files(installation.packs_folder)]
        errors = [error for path in paths for error in _wrong(path)]
        if not (errors or files):
            errors = clashes(installation.packs)
    for error in errors:
        console.print(str(error), style="red", markup=False, soft_wrap=True)
    if errors:
        raise typer.Exit(1)
    console.print(f"{len(paths)} 个政策包都合格。")


def _wrong(path: Path) -> list[PackError]:
    """What the file says wrongly by itself, or else of what the services do."""
    from backstop.duties import unused_mandates
    from backstop.packs import missing_line

    if errors := check_pack_file(path):
        return errors
    pack = load_pack_file(path)
    return [*missing_line(pack, path.name), *unused_mandates(pack, path.name)]


@packs_app.command("show")
def show(
    name: Annotated[
        str, typer.Argument(metavar="PACK", help="名称，例如 default 或 default@1.0.0")
    ],
    key: Annotated[str, typer.Argument(help="只看以此开头的键，例如 dispatch")] = "",
    home: Home = HOME,
) -> None:
    """逐项列出参数、取值和出处；本版本不使用的会注明。"""
    from backstop.packs import stated

    with clear_errors():
        pack = _named(name, [*installation_at(home).packs, *shipped_packs()])
    headings = map(_whole, ("参数", "取值", "出处", ""))
    table = Table(*headings, title=f"{pack.pack_id} {pack.version}")
    for at, value in stated(pack):
        if at.startswith(key):
            unused = "本版本不使用" if is_unused(at) else ""
            table.add_row(*map(escape, (at, str(value), pack.source(at), unused)))
    console.print(table)


@packs_app.command("diff")
def diff(
    one: Annotated[str, typer.Argument(metavar="A", help="名称，例如 five-step-2020")],
    other: Annotated[str, typer.Argument(metavar="B", help="另一个的名称，例如 default@1.0.0")],
    home: Home = HOME,
) -> None:
    """比较两个政策包：只列取值不同的参数，两边的取值和出处上下对照。"""
    from backstop.packs import differences

    with clear_errors():
        known = [*installation_at(home).packs, *shipped_packs()]
        first, second = _named(one, known), _named(other, known)
    table = Table(*map(_whole, ("参数", "政策包", "取值", "出处")))
    for row in differences(first, second):
        for key, pack, said in ((row.key, first, row.one), ("", second, row.other)):
            table.add_row(*map(escape, (key, pack.name, said.value, said.source)))
        table.add_section()
    if not table.row_count:
        console.print("两个政策包的取值都相同。")
        return
    console.print(table)
    console.print(f"共 {table.row_count // 2} 处不同；没有列出的，两个政策包相同。")


def _whole(heading: str) -> Column:
    """A column that goes on in the next line where it is too narrow: nothing is cut off."""
    return Column(heading, overflow="fold")


def _named(name: str, packs: Iterable[Pack]) -> Pack:
    """`LookupError` when there is none; without a version the newest."""
    named = [pack for pack in packs if name in (pack.name, pack.pack_id)]
    if not named:
        available = "、".join(dict.fromkeys(pack.pack_id for pack in packs))
        raise LookupError(f"没有名为“{name}”的政策包，现有：{available}")
    return max(named, key=lambda pack: pack.age)
