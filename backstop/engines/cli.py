"""`backstop engines start|status|stop`: the engines alone, without the services."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from backstop.engines.core import Engines
from backstop.engines.errors import EngineError
from backstop.engines.progress import console_progress

engines_app = typer.Typer(
    help="Kafka 与 PostgreSQL 的启动、查看与停止 · start, look at and stop the engines",
    no_args_is_help=True,
)
Home = Annotated[
    Path,
    typer.Option("--home", envvar="BACKSTOP_HOME", help="安装文件夹 · the installation's folder"),
]


@engines_app.command()
def start(home: Home = Path("var")) -> None:
    """启动并保持运行 · start both and leave them running."""
    try:
        engines = Engines(home)
        engines.start(console_progress())
    except EngineError as error:
        _fail(error)


@engines_app.command()
def status(home: Home = Path("var")) -> None:
    """查看状态 · show what both do; the exit code is 1 unless both run."""
    try:
        current = Engines(home).status()
    except EngineError as error:
        _fail(error)
    for name, state in (("kafka", current.kafka), ("postgres", current.postgres)):
        about = ", ".join(
            f"{key} {value}" for key, value in current.details[name].items() if value is not None
        )
        typer.echo(f"{name:<9}{state:<15}{about}")
    raise typer.Exit(0 if current.running else 1)


@engines_app.command()
def stop(home: Home = Path("var")) -> None:
    """停止 · stop both."""
    try:
        Engines(home).stop()
    except EngineError as error:
        _fail(error)
    typer.echo("已停止 stopped")


def _fail(error: EngineError) -> None:
    typer.secho(str(error), err=True, fg=typer.colors.RED)
    raise typer.Exit(1)
