"""`backstop departments add`: let a department's own system take part over Kafka."""

import typer

from backstop.cli.dead_letters import _sessions
from backstop.cli.options import HOME, Home, clear_errors, console, installation_at
from backstop.departments import add_department
from backstop.services import service_named
from services.dispatch import commands

departments_app = typer.Typer(no_args_is_help=True, help="行业部门:让部门自己的系统接入")


@departments_app.command("add")
def add(department: str, home: Home = HOME) -> None:
    """为一个部门建主题、账号、权限和密钥;凭据只显示这一次。"""
    with clear_errors():
        kafka = installation_at(home).engines.kafka
        given = add_department(kafka, department)
        with _sessions(service_named("dispatch"), home) as sessions, sessions.begin() as session:
            commands.admit_department(session, department, given.kid, given.key)
    console.print("请把下面的内容交给该部门,只显示这一次:", style="yellow")
    for name, value in {
        "BACKSTOP_KAFKA_BOOTSTRAP": given.bootstrap, "BACKSTOP_KAFKA_USER": given.user,
        "BACKSTOP_KAFKA_PASSWORD": given.password, "BACKSTOP_DEPARTMENT": department, "BACKSTOP_COUNTY": installation_at(home).county,
        "BACKSTOP_KEY_ID": given.kid, "BACKSTOP_KEY": given.jwk_k,
    }.items():  # fmt: skip
        print(f"{name}={value}")


@departments_app.command("list")
def list_(home: Home = HOME) -> None:
    """列出部门,以及哪些已接入自己的系统。"""
    from services.dispatch import queries

    with clear_errors(), _sessions(service_named("dispatch"), home) as sessions, sessions.begin() as session:
        for one in queries.departments(session):
            print(one.code, one.name, sep="\t")
