"""`backstop migrations draft|check`: for whoever changes a service's tables."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from sqlalchemy import Engine, create_engine

from backstop.cli.options import console
from backstop.engines import Engines, drop_database, ensure_database
from backstop.services import every_service
from kit.database import migrations
from kit.service import Service

migrations_app = typer.Typer(no_args_is_help=True, help="数据库迁移：起草、检查（开发用）")
HEAD = '''"""{message}"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
{imports}
revision = "{revision}"
down_revision = {down}


def upgrade() -> None:
{body}
'''


@migrations_app.command()
def draft(
    message: str, only: Annotated[str, typer.Option("--only", help="只为这个服务")] = ""
) -> None:
    """按模型与现有迁移的差别，为每个服务起草一个新迁移。"""
    with TemporaryDirectory() as home, Engines(Path(home), fast=True) as engines:
        for service in every_service():
            if only in ("", service.name):
                _draft_one(engines, service, message)


@migrations_app.command()
def check() -> None:
    """迁移跑完之后，数据库与模型没有差别。"""
    wrong = 0
    with TemporaryDirectory() as home, Engines(Path(home), fast=True) as engines:
        for service in every_service():
            engine = _migrated(engines, service)
            for difference in migrations.difference(engine, service.metadata):
                console.print(f"{service.name}: {difference}", style="red", markup=False)
                wrong += 1
            engine.dispose()
    if wrong:
        raise typer.Exit(1)
    console.print("迁移与模型一致。")


def _draft_one(engines: Engines, service: Service, message: str) -> None:
    versions = service.folder / "migrations" / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    number = len(list(versions.glob("[0-9]*.py"))) + 1
    engine = _migrated(engines, service)
    body = migrations.draft(engine, service.metadata)
    engine.dispose()
    drop_database(engines.postgres, f"draft_{service.name}")
    if body.strip() in ("", "pass"):
        console.print(f"{service.name}: 没有差别")
        return
    revision = f"{number:04}"
    lines = ["    op.execute(chassis(revision))"] if revision in migrations.revisions() else []
    lines += [f"    {line}" if line.strip() else "" for line in body.splitlines()]
    text = HEAD.format(
        message=message,
        revision=revision,
        down=repr(f"{number - 1:04}") if number > 1 else None,
        body="\n".join(lines),
        imports="\nfrom kit.database.migrations import chassis\n"
        if lines and "chassis" in lines[0]
        else "",
    )
    path = versions / f"{number:04}_{'_'.join(message.lower().split())}.py"
    path.write_text(text, encoding="utf-8")
    console.print(f"{service.name}: {path.name}")


def _migrated(engines: Engines, service: Service) -> Engine:
    name = f"draft_{service.name}"
    ensure_database(engines.postgres, name, engines.postgres.user)
    engine = create_engine(engines.postgres.url(name))
    if list((service.folder / "migrations" / "versions").glob("[0-9]*.py")):
        migrations.upgrade(engine, service.folder / "migrations")
    return engine
