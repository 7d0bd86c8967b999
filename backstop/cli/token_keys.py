"""`backstop token-keys`: the keys that sign tokens; `backstop administrator`: the first one's link.

They run where access is: with its database and its file of keys.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from backstop.cli.databases import sessions_of
from backstop.cli.options import HOME, Home, clear_errors, console, installation_at
from backstop.cli.serving import shown_address, warn_of
from backstop.engines.access import external_postgres
from backstop.installation import Installation
from backstop.people import Accounts, administrator
from backstop.service_process import SIGNS
from backstop.services import service_named
from kit.access.keys import TokenKeys
from kit.clock import ZONE, system_clock
from kit.database.sessions import make_engine, make_sessions

token_keys_app = typer.Typer(no_args_is_help=True, help="登录凭证的签名密钥：查看、更换")


@contextmanager
def _accounts(installation: Installation, home: Home) -> Iterator[Accounts]:
    """On access's database: the one that the settings name, or the installation's own."""
    if postgres := external_postgres():
        engine = make_engine(postgres.url(), field_keys=installation.field_keys, pool_size=1)
        try:
            sessions = make_sessions(engine, installation.keyring, installation.county)
            yield Accounts(sessions, installation.signer, system_clock)
        finally:
            engine.dispose()
    else:
        with sessions_of(service_named(SIGNS), home) as sessions:
            yield Accounts(sessions, installation.signer, system_clock)


@token_keys_app.command("list")
def list_(home: Home = HOME) -> None:
    """列出签名密钥：从什么时候起签名，什么时候作废。"""
    with clear_errors():
        _show(installation_at(home).token_keys.read())


@token_keys_app.command("rotate")
def rotate(home: Home = HOME) -> None:
    """换一把新密钥：先公布，10分钟后开始签名；旧密钥签过的凭证用完为止。谁也不用重新登录。"""
    with clear_errors():
        installation = installation_at(home)
        with _accounts(installation, home) as accounts:
            keys = installation.token_keys.rotate(system_clock())
            accounts.publish_keys()
        _show(keys)


def administrator_link(home: Home = HOME) -> None:
    """给系统管理员一个一次性登录链接；还没用过的旧链接随即作废。"""
    with clear_errors():
        installation = installation_at(home)
        with _accounts(installation, home) as accounts:
            secret = accounts.card(administrator(installation))
        address = shown_address(installation.home)
        console.print(f"{address}/access/cards/{secret}", soft_wrap=True)
        warn_of(address)


def _show(keys: TokenKeys) -> None:
    signing = keys.at(system_clock())
    for key in keys.keys:
        since = f"{key.since.astimezone(ZONE):%Y-%m-%d %H:%M}起签名"
        until = f"，{key.until.astimezone(ZONE):%Y-%m-%d %H:%M}作废" if key.until else ""
        console.print(f"{key.kid}：{since}{until}{'，正在用' if key is signing else ''}")
