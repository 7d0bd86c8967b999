"""`backstop permissions write|check`: who may what, as a document (docs/permissions.md)."""

import typer

from backstop import permissions
from backstop.cli.options import console

permissions_app = typer.Typer(no_args_is_help=True, help="权限表：生成、检查")


@permissions_app.command()
def write() -> None:
    """按各功能的权限表重写 docs/permissions.md。"""
    permissions.FILE.write_text(permissions.document(), encoding="utf-8")
    console.print(f"已写出 {permissions.FILE.name}。")


@permissions_app.command()
def check() -> None:
    """docs/permissions.md 与各功能的权限表一致。"""
    file = permissions.FILE
    if not file.exists() or file.read_text(encoding="utf-8") != permissions.document():
        console.print(f"{file.name}与权限表不一致，请运行 backstop permissions write", style="red")
        raise typer.Exit(1)
    console.print("权限表一致。")
