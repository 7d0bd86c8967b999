"""Options that several commands share, and how a refusal looks in a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from backstop.engines import EngineError
from kit.errors import Refused

if TYPE_CHECKING:
    from backstop.installation import Installation

console = Console()
complaints = Console(stderr=True)
Home = Annotated[Path, typer.Option("--home", help="安装所在的文件夹", envvar="BACKSTOP_HOME")]
HOME = Path("var")


@contextmanager
def clear_errors() -> Iterator[None]:
    """What a person can mend is said in a sentence; anything else keeps its traceback."""
    try:
        yield
    except (Refused, EngineError, LookupError, ValueError) as error:
        if isinstance(error, KeyError | UnicodeError):
            raise
        complaints.print(str(error), style="red", markup=False, highlight=False)
        raise typer.Exit(1) from error
    except Exception as error:
        from kit.database.field_keys import FieldDamaged, FieldKeyMissing
        from kit.messaging.fault import will_pass

        if isinstance(error, FieldKeyMissing | FieldDamaged):
            complaints.print(str(error), style="red", markup=False, highlight=False)
            raise typer.Exit(1) from error
        if not will_pass(error):
            raise
        complaints.print(
            "数据库连不上。请先运行 backstop up 或 backstop engines start。", style="red"
        )
        raise typer.Exit(1) from error


def installation_at(home: Path) -> "Installation":
    """The demo lies apart and says so itself."""
    from backstop.installation import Installation

    demo = (home / "demo-accounts.json").exists()
    return Installation(home.absolute(), fast=demo, demo=demo)
