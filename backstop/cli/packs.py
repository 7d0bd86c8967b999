"""`backstop packs`: policy packs, one place's rules for one period."""

from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel
from rich.table import Table

from backstop.cli.options import clear_errors, console
from rulebook.packs import check_pack_file, load_pack, pack_ids

packs_app = typer.Typer(no_args_is_help=True, help="政策包:列出、检查、查看")


@packs_app.command("list")
def list_() -> None:
    """列出随软件附带的政策包。"""
    table = Table("名称", "版本", "适用地区", "起", "止", "机制")
    for pack_id in pack_ids():
        pack = load_pack(pack_id)
        until = str(pack.valid_to) if pack.valid_to else "—"
        table.add_row(
            pack.pack_id,
            pack.version,
            pack.region_code or "各地",
            str(pack.valid_from),
            until,
            pack.mechanism_name,
        )
    console.print(table)
    console.print("由公开文件整理的示例,不是任何地方的正式配置。")


@packs_app.command("check")
def check(
    files: Annotated[
        list[Path] | None, typer.Argument(help="政策包文件;不写则检查随附的全部")
    ] = None,
) -> None:
    """检查政策包文件,逐条说明文件、键和原因。"""
    import rulebook.packs as shipped

    paths = files or sorted(Path(shipped.__file__).parent.glob("*.toml"))
    with clear_errors():
        errors = [error for path in paths for error in check_pack_file(path)]
    for error in errors:
        console.print(str(error), style="red", markup=False)
    if errors:
        raise typer.Exit(1)
    console.print(f"{len(paths)} 个政策包都合格。")


@packs_app.command("show")
def show(
    pack_id: str, key: Annotated[str, typer.Argument(help="只看以此开头的键,例如 dispatch")] = ""
) -> None:
    """逐项列出参数、取值和出处。"""
    with clear_errors():
        pack = load_pack(pack_id)
    table = Table("参数", "取值", "出处", title=f"{pack.pack_id} {pack.version}")
    for name, value in _flat(pack):
        if name.startswith(key) and not name.startswith("sources"):
            table.add_row(name, str(value), pack.source(name) or "")
    console.print(table)


def _flat(model: BaseModel, above: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, BaseModel) and type(value).__module__.startswith("rulebook.packs"):
            found += _flat(value, f"{above}{name}.")
        elif name != "sources":
            found.append((above + name, value))
    return found
