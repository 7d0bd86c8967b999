"""`backstop run`, `backstop provision`, `backstop migrate`, `backstop keys`: each service a process
of its own.
"""

import asyncio
import logging
from pathlib import Path
from typing import Annotated

import typer
from aiokafka.errors import KafkaError

from backstop import databases
from backstop.accounts_of_links import adopt_at_start
from backstop.cli.options import HOME, Home, clear_errors, console
from backstop.cli.server import serve
from backstop.engines.access import external_kafka, external_postgres
from backstop.engines.private import write_private
from backstop.engines.settings import read
from backstop.installation import NOWHERE, Installation
from backstop.logs import log_to_stderr
from backstop.people import Accounts
from backstop.service_process import SIGNS, ServiceProcess, login_of, open_database, open_process
from backstop.services import NAMES, service_named
from kit import telemetry
from kit.access.renewing import OverHttp
from kit.clock import FileClock, system_clock
from kit.errors import Refused
from kit.messaging.fault import will_pass
from kit.seal import Keyring

log = logging.getLogger(__name__)
AS_ADMINISTRATOR = (
    "表不属于服务自己的账号，它不能迁移。请把 BACKSTOP_DATABASE_URL 设为数据库管理员的，"
    "或者运行 backstop provision。"
)


def run(
    what: Annotated[
        str, typer.Argument(metavar="SERVICE", help=f"{'、'.join(NAMES)}，或者 front（门户）")
    ],
    home: Home = HOME,
    host: Annotated[
        str | None, typer.Option("--host", help="监听地址；默认取 BACKSTOP_HOST")
    ] = None,
    port: Annotated[int | None, typer.Option("--port", help="端口；默认取 BACKSTOP_PORT")] = None,
) -> None:
    """一个服务一个进程，连接已有的 Kafka 和 PostgreSQL（由环境变量指定）。SIGTERM
    后做完手头的再停。
    """
    with clear_errors():
        settings = read()
        installation = Installation(home.absolute())
        _require_identity(installation)
        if what != "front":  # it has no database
            _require_field_keys(installation)
        log_to_stderr(settings.log)
        telemetry.start_tracing(what)
        host, port = host or settings.host, port or settings.port
        if what == "front":
            from backstop.front import Front
            from backstop.portal import make_front

            front = Front(installation, settings.address)
            asyncio.run(serve(make_front(front), host, port))
        else:
            asyncio.run(_work(_process(what, installation), installation, host, port))


def provision(home: Home = HOME) -> None:
    """备好一切：主题、每个服务的账号和权限、数据库和角色，并迁移到最新。可以反复运行。"""
    from backstop.application import Application

    with clear_errors():
        application = Application(Installation(home.absolute()))
        application.prepare()
        application.dispose()
        console.print("已备好：主题、账号、权限、数据库。")


def migrate(
    service: Annotated[
        str, typer.Argument(help="只迁移这个服务；BACKSTOP_DATABASE_URL 是数据库管理员的")
    ],
) -> None:
    """把一个服务的数据库迁移到这一版：以表的所有者身份，服务自己的账号改不了表。"""
    with clear_errors():
        postgres = external_postgres()
        if postgres is None or postgres.user == service:
            raise Refused(AS_ADMINISTRATOR)
        databases.migrate(postgres, service_named(service), service)
        console.print(f"{service}：已迁移到最新。")


def keys(path: Annotated[Path, typer.Argument(metavar="FILE", help="写到哪个文件")]) -> None:
    """生成本县的一套密钥（只有自己能读的文件）；所有服务用同一份，请另存备份。"""
    with clear_errors():
        if path.exists():
            raise Refused(f"{path} 已经存在。密钥丢了数据就打不开，所以不覆盖；请换一个文件名。")
        write_private(path, Keyring.generate().dump())
        console.print(f"已生成 {path}。请另存备份：丢了它，已封存的个人信息就打不开。")


def _require_identity(installation: Installation) -> None:
    """Processes that share nothing but settings must not each invent a county or its keys."""
    if installation.county == NOWHERE:
        raise Refused("还不知道是哪个县。请设置 BACKSTOP_COUNTY（12位区划代码）。")
    if read().keyring is None and not (installation.home / "secrets" / "keyring.json").exists():
        raise Refused("没有密钥。请先运行 backstop keys FILE，再用 BACKSTOP_KEYRING 指定这个文件。")


def _require_field_keys(installation: Installation) -> None:
    """Nor its field keys."""
    if not installation.field_keys_file.exists():
        raise Refused(
            "没有字段密钥。请先运行 backstop field-keys make FILE，再用 BACKSTOP_FIELD_KEYS 指定这个文件。"
        )


def _process(name: str, installation: Installation) -> ServiceProcess:
    service, kafka, postgres, settings = (
        service_named(name),
        external_kafka(),
        external_postgres(),
        read(),
    )
    if kafka is None or postgres is None:
        raise Refused(
            "请设置 BACKSTOP_KAFKA_BOOTSTRAP 和 BACKSTOP_DATABASE_URL（这个服务自己的数据库）。"
        )
    process = open_process(
        service,
        installation,
        url=postgres.url(),
        dsn=postgres.dsn(),
        kafka=login_of(kafka),
        clock=FileClock(settings.clock) if settings.clock else system_clock,
        every=settings.sweep,
        keeper=OverHttp(settings.address),
    )
    if name == SIGNS:
        own = Accounts(process.runtime.sessions, installation.signer, process.runtime.clock)
        process.app.state.keeper = own
    if "address" in settings.model_fields_set:
        from backstop.front import Front
        from backstop.worklist import elsewhere

        process.app.state.elsewhere = elsewhere(Front(installation, settings.address), name)
    return process


async def _work(process: ServiceProcess, installation: Installation, host: str, port: int) -> None:
    """The door is open at once (it answers 503 until there is a database); the work begins when the
    engines are there.
    """
    begun = asyncio.create_task(_begin(process, installation))
    serving = asyncio.create_task(serve(process.app, host, port))
    try:
        await asyncio.wait([begun, serving], return_when=asyncio.FIRST_COMPLETED)
        if begun.done():
            begun.result()  # what cannot pass ends the process
        await serving
    finally:
        begun.cancel()
        serving.cancel()
        await process.runtime.stop()
        process.engine.dispose()


def _open(process: ServiceProcess, installation: Installation) -> None:
    open_database(process, installation)
    if process.service.name == SIGNS:
        runtime = process.runtime
        adopt_at_start(installation.home, runtime.sessions, runtime.clock())


async def _begin(process: ServiceProcess, installation: Installation) -> None:
    while True:
        try:
            if missing := await asyncio.to_thread(process.runtime.unmigrated):
                log.warning("%s waits: %s", process.service.name, missing)
            else:
                await asyncio.to_thread(_open, process, installation)
                return await process.runtime.start()
        except Exception as error:
            await process.runtime.stop()
            if not (will_pass(error) or isinstance(error, (KafkaError, OSError))):
                raise
            log.warning("%s waits: %r", process.service.name, error)
        await asyncio.sleep(1)
