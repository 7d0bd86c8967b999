"""The command line: `backstop`. A command's module is imported when it is called, or for the list
of all.
"""

from importlib import import_module
from typing import Any

import typer

from kit.memory import keep_one_heap

COMMANDS = {
    "up": "backstop.cli.running:up",
    "down": "backstop.cli.running:down",
    "demo": "backstop.cli.running:demo",
    "import": "backstop.cli.imports:import_",
    "engines": "backstop.engines.cli:engines_app",
    "accounts": "backstop.cli.accounts:accounts_app",
    "departments": "backstop.cli.departments:departments_app",
    "topics": "backstop.cli.topics:topics_app",
    "backup": "backstop.cli.backup:backup_app",
    "databases": "backstop.cli.databases:databases_app",
    "dead-letters": "backstop.cli.dead_letters:dead_letters_app",
    "audit": "backstop.cli.audit:audit_app",
    "calendar": "backstop.cli.calendar:calendar_app",
    "packs": "backstop.cli.packs:packs_app",
    "run": "backstop.cli.run:run",
    "provision": "backstop.cli.run:provision",
    "migrate": "backstop.cli.run:migrate",
    "keys": "backstop.cli.run:keys",
    "token-keys": "backstop.cli.token_keys:token_keys_app",
    "administrator": "backstop.cli.token_keys:administrator_link",
    "field-keys": "backstop.cli.field_keys:field_keys_app",
    "bundle": "backstop.cli.bundle:bundle",
    "asyncapi": "backstop.cli.contracts:asyncapi",
    "schemas": "backstop.cli.contracts:schemas_app",
    "permissions": "backstop.cli.permissions:permissions_app",
    "migrations": "backstop.cli.migrations:migrations_app",
}


class Lazy(typer.core.TyperGroup):
    """Starting one service must not cost the import of all of them."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, name: str) -> Any:
        if name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[name].partition(":")
        loaded: Any = getattr(import_module(module), attribute)
        if isinstance(loaded, typer.Typer):
            command: Any = typer.main.get_group(loaded)
        else:
            alone = typer.Typer(add_completion=False)
            alone.command(name)(loaded)
            command = typer.main.get_command(alone)
        command.name = name
        return command


app = typer.Typer(
    name="backstop", no_args_is_help=True, pretty_exceptions_show_locals=False, cls=Lazy
)


@app.callback()
def main() -> None:
    """守底 Backstop：一个县的防返贫监测网络。三级按月上报，发点球到部门，联席会商，月通报。"""
    keep_one_heap()
