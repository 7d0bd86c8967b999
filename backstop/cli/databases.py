"""A service's database, for a command that looks or changes there itself; `backstop databases check`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from backstop import databases
from backstop.cli.options import HOME, Home, clear_errors, console, installation_at
from backstop.service_process import name_kept_codes
from backstop.services import every_service
from kit.database.sessions import make_engine, make_sessions
from kit.service import Service

databases_app = typer.Typer(no_args_is_help=True, help="数据库：核对所有者和权限")


@databases_app.callback()
def main() -> None:
    """每个服务一个数据库：表属于所有者（不能登录），服务的账号只读写数据。"""


@databases_app.command()
def check(home: Home = HOME) -> None:
    """核对每个服务的数据库：表归谁所有，服务的账号有没有多余或缺少的权限。"""
    right = True
    with clear_errors():
        postgres = installation_at(home).engines.postgres
        for service in every_service():
            found = databases.amiss(postgres, service.name)
            right = right and not found
            for words in found or ["所有者和权限都对。"]:
                style = "red" if found else None
                console.print(f"{service.name}：{words}", style=style, markup=False)
    if not right:
        raise typer.Exit(1)


@contextmanager
def sessions_of(service: Service, home: Path) -> Iterator[sessionmaker[Session]]:
    """Sessions as the service itself has them; the engines run already."""
    application = installation_at(home)
    password = application.password(service.name)
    engine = make_engine(
        application.engines.postgres.url(service.name, service.name, password),
        field_keys=application.field_keys,
        pool_size=1,
    )
    try:
        with engine.connect() as connection:
            name_kept_codes(connection, application)
        yield make_sessions(engine, application.keyring, application.county, book=application.book)
    finally:
        engine.dispose()
