"""`backstop asyncapi`, `backstop schemas write|check`: the contracts as files."""

import json
from pathlib import Path
from typing import Annotated

import typer

from backstop import asyncapi as documents
from backstop import contracts
from backstop.cli.options import console

schemas_app = typer.Typer(no_args_is_help=True, help="事件契约：生成、检查")


def asyncapi(
    out: Annotated[Path | None, typer.Option("--out", help="写到文件；不写就打印")] = None,
) -> None:
    """写出 AsyncAPI 3 文档：每个主题、键、类型和内容。"""
    text = contracts.text(documents.document())
    if out is None:
        print(text, end="")
    else:
        out.write_text(text, encoding="utf-8")
        console.print(f"已写出 {out}")


@schemas_app.command()
def write() -> None:
    """按事件定义重写契约文件；会破坏旧读者的改动，一律拒绝（请加新版本）。"""
    if problems := list(_problems()):
        _say(problems)
        raise typer.Exit(1)
    written = set()
    for path, text in documents.files():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written.add(path)
    console.print(f"已写出 {len(written)} 个文件。")


@schemas_app.command()
def check() -> None:
    """契约文件与事件定义一致，而且没有破坏旧读者的改动。"""
    problems = list(_problems())
    for path, text in documents.files():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            problems.append(f"{path.name}: 与事件定义不一致，请运行 backstop schemas write")
    if problems:
        _say(problems)
        raise typer.Exit(1)
    console.print("契约文件都一致。")


def _problems() -> list[str]:
    problems = []
    known = contracts.contracts()
    for path in sorted(contracts.FOLDER.glob("*.schema.json")):
        name = path.name.removesuffix(".schema.json")
        if name not in known:
            problems.append(f"{name}: the event is gone")
        else:
            old = json.loads(path.read_text(encoding="utf-8"))
            problems += [
                f"{name}: {problem}"
                for problem in contracts.breaking(old, contracts.schema(known[name]))
            ]
    return problems


def _say(problems: list[str]) -> None:
    for problem in problems:
        console.print(problem, style="red", markup=False)
