"""`backstop departments`: let a department's own system take part over Kafka, and change its
credentials.
"""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from backstop import departments
from backstop.cli.databases import sessions_of
from backstop.cli.options import HOME, Home, clear_errors, console, installation_at
from backstop.departments import Credentials
from backstop.engines import departments as listener
from backstop.engines.access import external_kafka
from backstop.engines.departments import Address
from backstop.engines.kafka_admin import reload_keystore, serves
from backstop.engines.settings import read
from backstop.services import service_named
from kit.clock import ZONE, system_clock
from kit.errors import Refused

departments_app = typer.Typer(
    no_args_is_help=True, help="行业部门：让部门自己的系统接入，更换它的密码和密钥"
)
MARKS = {True: ("对", "green"), False: ("错", "red"), None: ("没看到", "yellow")}
Code = Annotated[str, typer.Argument(metavar="CODE", help="部门代码，例如 housing")]


@departments_app.command("add")
def add(department: Code, home: Home = HOME) -> None:
    """为一个部门建主题、账号、权限和密钥；凭据只显示这一次。"""
    with clear_errors(), sessions_of(service_named("dispatch"), home) as sessions:
        kafka = installation_at(home).engines.kafka
        credentials = departments.add_department(kafka, sessions, department, system_clock())
        _show(credentials, installation_at(home).county)


@departments_app.command("rotate")
def rotate(
    department: Code,
    finish: Annotated[
        bool, typer.Option("--finish", help="部门已换上新凭据：启用新密钥，停用旧账号")
    ] = False,
    cancel: Annotated[
        bool, typer.Option("--cancel", help="撤销：停用还没换上的新账号，一切照旧")
    ] = False,
    home: Home = HOME,
) -> None:
    """更换一个部门的密码和密钥，分两步：先发新凭据（新旧都能用），部门换上后再加 --finish。"""
    with clear_errors(), sessions_of(service_named("dispatch"), home) as sessions:
        if finish and cancel:
            raise Refused("--finish 和 --cancel 只能选一个。")
        application = installation_at(home)
        kafka = application.engines.kafka
        if finish:
            user = departments.finish_rotation(kafka, sessions, department)
            console.print(
                f"已完成：新密钥已启用，账号 {user} 已停用。旧密钥封存的交办单读完之前，部门要留着旧密钥。"
            )
        elif cancel:
            user = departments.cancel_rotation(kafka, sessions, department)
            console.print(f"已撤销：账号 {user} 已停用，原来的凭据照常使用。")
        else:
            credentials = departments.begin_rotation(kafka, sessions, department, system_clock())
            _show(credentials, application.county)
            console.print(
                "旧凭据现在还能用。部门换上新账号和密码、并把新密钥加到旧密钥旁边之后，"
                f"请运行 backstop departments rotate {department} --finish。",
                style="yellow",
                soft_wrap=True,
            )


@departments_app.command("list")
def list_(home: Home = HOME) -> None:
    """列出部门，以及谁接入了自己的系统：账号、密钥编号、何时发的、是否正在更换。"""
    from services.dispatch.departments import queries

    with (
        clear_errors(),
        sessions_of(service_named("dispatch"), home) as sessions,
        sessions.begin() as session,
    ):
        keys = queries.keys(session)
        for department in queries.departments(session):
            mine = [key for key in keys if key.department == department.code]
            for key in mine:
                since = f"{key.since.astimezone(ZONE):%Y-%m-%d %H:%M}"
                state = (
                    "更换中：等部门换上"
                    if not key.in_force
                    else "更换中：仍在用"
                    if len(mine) > 1
                    else "在用"
                )
                print(department.code, department.name, key.user, key.kid, since, state, sep="\t")
            if not mine:
                print(department.code, department.name, "只用网页", sep="\t")


@departments_app.command("sandbox")
def sandbox(
    department: Code,
    wait: Annotated[float, typer.Option("--wait", help="最多等多少秒")] = 60.0,
    home: Home = HOME,
) -> None:
    """给部门自己的系统发试用交办单（各种情况），看它的答复对不对；不进县里的任何统计。"""
    from backstop.sandbox import Sandbox

    with clear_errors(), sessions_of(service_named("dispatch"), home) as sessions:
        kafka = installation_at(home).engines.kafka
        findings = asyncio.run(Sandbox(kafka, sessions, department, system_clock()).run(wait))
    for finding in findings:
        mark, style = MARKS[finding.good]
        console.print(f"{mark} {finding.sentence}", style=style, markup=False, soft_wrap=True)
    wrong = sum(finding.good is False for finding in findings)
    console.print(f"有 {wrong} 处不对，请改正后再试。" if wrong else "没有发现不对的地方。")
    raise typer.Exit(1 if wrong else 0)


@departments_app.command("certificate")
def certificate(
    address: Annotated[
        str | None, typer.Argument(metavar="ADDRESS:PORT", help="部门要连接的地址；不写就用现在的")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="写到这个文件夹（用容器时）；不写就在安装文件夹里，立即换上"),
    ] = None,
    home: Home = HOME,
) -> None:
    """换发部门接入用的证书，不用停机；已经交给部门的文件照常可用。"""
    with clear_errors():
        folder, engines = out or home.absolute() / "departments", installation_at(home).engines
        known = address or read().departments or (None if out else engines.kafka.outside)
        if not known:
            raise Refused("还没有部门接入的地址，请写出来，例如 10.1.2.3:9094。")
        given = None if out else read().departments_certificate
        path = listener.certificate(folder, Address.parse(known).host, given, renew=True)
        if not out and not external_kafka() and serves(engines.kafka):
            reload_keystore(engines.kafka, "departments", str(path))
        console.print(
            f"证书已换发，有效期到 {listener.ends(path):%Y-%m-%d}：{path}", soft_wrap=True
        )
        if not given:
            console.print(f"交给部门的文件：{folder / 'ca.crt'}", soft_wrap=True)


def _show(credentials: Credentials, county: str) -> None:
    console.print("请把下面的内容交给该部门，只显示这一次：", style="yellow")
    for name, value in {
        "BACKSTOP_KAFKA_BOOTSTRAP": credentials.bootstrap,
        "BACKSTOP_KAFKA_USER": credentials.user,
        "BACKSTOP_KAFKA_PASSWORD": credentials.password,
        "BACKSTOP_DEPARTMENT": credentials.department,
        "BACKSTOP_COUNTY": county,
        "BACKSTOP_KEY_ID": credentials.kid,
        "BACKSTOP_KEY": credentials.jwk_k,
    }.items():
        print(f"{name}={value}")
    if credentials.tls:
        print("BACKSTOP_KAFKA_CA=ca.crt")
        print(f"BACKSTOP_KAFKA_MECHANISM={credentials.mechanism}")
        console.print(
            "请把安装文件夹里的 departments/ca.crt 一并交给该部门（用自备证书的，交签发机构的证书）。",
            style="yellow",
            soft_wrap=True,
        )
    else:
        console.print(
            "现在只能从本机接入。要让部门从外面接入，请用 backstop up --departments 启动，再更换凭据。",
            style="yellow",
            soft_wrap=True,
        )
