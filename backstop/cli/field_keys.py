"""`backstop field-keys`: the keys of encrypted columns, how much lies under each, and a new one."""

import json
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Engine

from backstop.cli.databases import sessions_of
from backstop.cli.options import HOME, Home, clear_errors, console, installation_at
from backstop.engines.private import locked, write_private
from backstop.services import every_service
from backstop.stored_texts import table_of_encrypted
from kit.database import rehashing
from kit.database.field_keys import FieldKeys, KeySet
from kit.database.reencryption import CLEAR, counts, forget, prove, reencrypt
from kit.errors import Refused
from kit.service import Service

field_keys_app = typer.Typer(no_args_is_help=True, help="字段密钥：查看、轮换")
NEXT = "next_hash_key"  # in the keyring's file, until every hash was written under it
UNKNOWN = "{}的{}：{}个散列值找不到证件号码，保持原样，以后匹配不到。"
AFTER = "请另存一份，分发到每台机器，再启动服务。以前的消息带着旧散列值，不要重新收听。"
KEEP = "请把密钥文件另存一份，和数据备份分开放：丢了它，加密的字段就打不开。"


Databases = list[tuple[Service, Engine]]


@field_keys_app.callback()
def main() -> None:
    """证件号码、电话、个人情况的文字在数据库里加密存放，密钥在数据库外面的文件里。"""


@field_keys_app.command()
def make(path: Annotated[Path, typer.Argument(metavar="FILE", help="写到哪个文件")]) -> None:
    """生成第一把字段密钥（只有自己能读的文件）；所有服务用同一份。"""
    with clear_errors():
        if path.exists():
            raise Refused(f"{path} 已经存在。密钥丢了数据就打不开，所以不覆盖；请换一个文件名。")
        write_private(path, KeySet.generate().dump())
        console.print(f"已生成 {path}。{KEEP}", soft_wrap=True)


@field_keys_app.command("list")
def list_(home: Home = HOME) -> None:
    """每把密钥下还有多少个值；还有多少没有加密。"""
    with clear_errors(), _databases(home) as (keys, databases):
        for line in _said(keys.set, _counted(databases)):
            console.print(line, markup=False)


@field_keys_app.command("columns")
def columns_() -> None:
    """哪些列加密存放（docs/data-protection.md里的表）。"""
    print("\n".join(table_of_encrypted(every_service())))


@field_keys_app.command()
def add(home: Home = HOME) -> None:
    """只放进一把新密钥，还不使用：几台机器各有一份密钥文件时，先分发，再轮换。"""
    with clear_errors():
        installation = installation_at(home)
        with locked(installation.field_keys_file.with_suffix(".lock")):
            held = FieldKeys(installation.field_keys_file).set
            if held.next:
                raise Refused(f"密钥 {held.next} 已经放进文件，还没有使用。请分发后运行 rotate。")
            added = held.added()
            write_private(installation.field_keys_file, added.dump())
        console.print(f"已放进密钥 {added.next}，还没有使用。{KEEP}", soft_wrap=True)


@field_keys_app.command()
def rotate(home: Home = HOME) -> None:
    """换一把密钥，并把所有的值改用它加密；服务照常工作，中断后再运行会接着做。"""
    with clear_errors(), _databases(home) as (keys, databases):
        with locked(keys.path.with_suffix(".lock")):  # type: ignore[union-attr]
            _choose(keys, _counted(databases))
            for service, engine in databases:
                reencrypt(engine, service.metadata, _progress(service))
        for line in _said(keys.set, _counted(databases)):
            console.print(line, markup=False)


@field_keys_app.command()
def drop(kid: Annotated[str, typer.Argument(help="list 列出的密钥名")], home: Home = HOME) -> None:
    """去掉一把没有值再使用的旧密钥。"""
    with clear_errors(), _databases(home) as (keys, databases):
        with locked(keys.path.with_suffix(".lock")):  # type: ignore[union-attr]
            _require_unused(kid, keys.set, _counted(databases))
            for _, engine in databases:
                forget(engine, kid)
            write_private(keys.path, keys.set.without(kid).dump())  # type: ignore[arg-type]
        console.print(
            f"已去掉密钥 {kid}。轮换以前的数据备份还要用它才能打开：请留着另存的那份密钥文件。",
            soft_wrap=True,
        )


@field_keys_app.command()
def rehash(home: Home = HOME) -> None:
    """换证件号码的散列密钥，并重写各服务的散列值；先停下所有服务，中断后再运行会接着做。"""
    with clear_errors(), _databases(home) as (_, databases):
        path = installation_at(home).keyring_file
        with locked(path.with_suffix(".lock")):
            _require_closed(databases)
            ring = _with_next_hash_key(path)
            old, new = (bytes.fromhex(ring[name]) for name in ("hash_key", NEXT))
            known: rehashing.Pairs = {}
            for service, engine in databases:
                known |= rehashing.pairs(engine, service.metadata, old, new)
            for service, engine in databases:
                left = rehashing.rehash(engine, service.metadata, known, _progress(service))
                for column, count in left.items():
                    console.print(UNKNOWN.format(service.title, column, count), markup=False)
            ring["hash_key"] = ring.pop(NEXT)
            write_private(path, json.dumps(ring))
        console.print(f"散列密钥已更换：{path}。{AFTER}", soft_wrap=True)


def _require_closed(databases: Databases) -> None:
    """An old hash that is still said, heard or written would match nobody afterwards."""
    for service, engine in databases:
        if count := rehashing.others(engine):
            raise Refused(
                f"还有{count}个连接在用{service.title}的数据库。请先停下所有服务，再运行。"
            )
        if count := rehashing.waiting(engine):
            raise Refused(
                f"{service.title}还有{count}条消息没有发出或没有处理。"
                "请启动服务，等它们处理完，停下服务后再运行。"
            )


def _with_next_hash_key(path: Path) -> dict[str, Any]:
    """The keyring's file with the hash key that comes: made once, so that whoever was cut off goes
    on with the same.
    """
    ring: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if NEXT in ring:
        console.print("上一次还没有做完，接着做。")
    else:
        ring[NEXT] = secrets.token_bytes(32).hex()
        write_private(path, json.dumps(ring))
    return ring


@contextmanager
def _databases(home: Path) -> Iterator[tuple[FieldKeys, Databases]]:
    """Each service's database; `FieldKeyMissing` where the file does not open it."""
    keys = installation_at(home).field_keys  # one for all: it is exchanged under their hands
    with ExitStack() as stack:
        databases = []
        for service in every_service():
            engine = stack.enter_context(sessions_of(service, home)).kw["bind"]
            engine.dialect.field_keys = keys
            prove(engine)
            databases.append((service, engine))
        yield keys, databases


def _counted(databases: Databases) -> Counter[str]:
    return sum((counts(engine, service.metadata) for service, engine in databases), Counter())


def _choose(keys: FieldKeys, lying: Counter[str]) -> None:
    """Another key encrypts from now on, unless the last rotation (or what stood in clear) is not
    finished.
    """
    held = keys.set
    if held.next is None and any(lying[kid] for kid in lying if kid != held.current):
        console.print("上一次还没有做完，接着做。")
        return
    if held.next is None:
        held = held.added()
    write_private(keys.path, held.using(held.next or held.current).dump())  # type: ignore[arg-type]
    keys.read()
    console.print(f"密钥 {keys.set.current} 开始使用。{KEEP}", soft_wrap=True)


def _progress(service: Service) -> Callable[[str, int], None]:
    done: Counter[str] = Counter()

    def told(table: str, count: int) -> None:
        done[table] += count
        console.print(f"{service.title} {table}：{done[table]}行", markup=False)

    return told


def _require_unused(kid: str, held: KeySet, lying: Counter[str]) -> None:
    if kid not in held.keys:
        raise Refused(f"没有密钥 {kid}。请用 backstop field-keys list 查看。")
    if kid == held.current:
        raise Refused(f"密钥 {kid} 正在使用。请先轮换：backstop field-keys rotate。")
    if lying[kid]:
        raise Refused(
            f"还有{lying[kid]}个值用密钥 {kid} 加密。请先运行 backstop field-keys rotate，再去掉它。"
        )


def _said(held: KeySet, lying: Counter[str]) -> Iterator[str]:
    for kid in held.keys:
        state = "正在使用" if kid == held.current else "待使用" if kid == held.next else "旧"
        yield f"{kid}（{state}）：{lying[kid]}个值"
    if lying[CLEAR]:
        yield f"没有加密：{lying[CLEAR]}个值。服务运行时会自动加密，也可以运行 rotate。"
