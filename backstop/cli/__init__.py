"""The command line: `backstop`."""

import typer

from backstop.cli.calendar import calendar_app
from backstop.cli.contracts import asyncapi, schemas_app
from backstop.cli.dead_letters import dead_letters_app
from backstop.cli.departments import departments_app
from backstop.cli.imports import import_
from backstop.cli.migrations import migrations_app
from backstop.cli.packs import packs_app
from backstop.cli.run import keys, migrate, provision, run
from backstop.cli.running import demo, down, up
from backstop.engines.cli import engines_app

app = typer.Typer(
    name="backstop", no_args_is_help=True, pretty_exceptions_show_locals=False,
    help="守底 Backstop:一个县的防返贫监测网络。三级按月上报,发点球到部门,联席会商,月通报。",
)  # fmt: skip
app.command()(up)
app.command()(down)
app.command()(demo)
app.command("import")(import_)
app.command()(asyncapi)
for command in (run, provision, migrate, keys):
    app.command()(command)
app.add_typer(engines_app, name="engines")
app.add_typer(calendar_app, name="calendar")
app.add_typer(packs_app, name="packs")
app.add_typer(departments_app, name="departments")
app.add_typer(dead_letters_app, name="dead-letters")
app.add_typer(schemas_app, name="schemas")
app.add_typer(migrations_app, name="migrations")
