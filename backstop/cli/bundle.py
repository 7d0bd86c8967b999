"""`backstop bundle`: everything for a county whose network is closed."""

from pathlib import Path
from typing import Annotated

import typer

from backstop.cli.options import clear_errors, console
from backstop.engines.progress import console_progress


def bundle(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="做到哪个文件夹（还不存在的）")
    ] = Path("backstop-bundle"),
) -> None:
    """做一个离线安装包：所有安装包和 Kafka 组件，带安装脚本。复制到不联网的机器上，运行 python3
    install.py。
    """
    with clear_errors():
        from backstop.bundle import pack

        made = pack(folder.absolute(), console_progress())
        size = sum(path.stat().st_size for path in made.rglob("*") if path.is_file())
        console.print(
            f"做好了：{made}({size / 1e6:.0f} MB)。复制到不联网的机器上，在里面运行 python3 install.py",
            soft_wrap=True,
        )
