"""`backstop backup key|encrypt|decrypt`: a back-up that nobody reads without the private key."""

import sys
from functools import partial
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from backstop import backup
from backstop.cli.options import HOME, Home, clear_errors, console
from kit.errors import Refused

backup_app = typer.Typer(no_args_is_help=True, help="备份：生成密钥、加密、解密")
ENDING = ".age"
Files = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[FILE]…", help="文件；不写时从标准输入读，写到标准输出"),
]


@backup_app.command()
def key(
    file: Annotated[Path, typer.Argument(help="私钥写到哪个文件（不能在安装文件夹里）")],
    home: Home = HOME,
) -> None:
    """生成一对备份密钥：公钥留在安装文件夹里，私钥写到文件，请保存在别处。"""
    with clear_errors():
        public = backup.make_key(file, home)
        console.print(f"备份公钥：{public}", soft_wrap=True)
        console.print(
            f"私钥已写到 {file}。请把它移到别的地方保存，不要和备份放在一起：丢了它，备份就打不开。",
            soft_wrap=True,
        )


@backup_app.command()
def encrypt(
    files: Files = None,
    to: Annotated[
        list[str] | None, typer.Option("--to", help="备份公钥（age1…）；默认取安装文件夹里的")
    ] = None,
    home: Home = HOME,
) -> None:
    """加密：FILE 写成 FILE.age，原来的文件不动。"""
    with clear_errors():
        change = partial(backup.encrypt, to=backup.recipients(home, to or []))
        if not files:
            change(sys.stdin.buffer, sys.stdout.buffer)
        for file in files or []:
            target = file.with_name(file.name + ENDING)
            backup.write_beside(_there(file), target, change)
            console.print(f"已加密：{target}", soft_wrap=True)


@backup_app.command()
def decrypt(
    private: Annotated[Path, typer.Option("--key", help="backstop backup key 写出的私钥文件")],
    files: Files = None,
) -> None:
    """解密：FILE.age 写成 FILE。"""
    with clear_errors():
        keys = backup.identities(private)
        if not files:
            backup.decrypt(sys.stdin.buffer, sys.stdout.buffer, keys, "标准输入")
        for file in files or []:
            if file.suffix != ENDING:
                raise Refused(
                    f"{file} 不是加密的备份。请给出 backstop backup encrypt 写的文件（{ENDING}）。"
                )

            def change(source: BinaryIO, target: BinaryIO, file: Path = file) -> None:
                backup.decrypt(source, target, keys, str(file))

            backup.write_beside(_there(file), file.with_suffix(""), change)
            console.print(f"已解密：{file.with_suffix('')}", soft_wrap=True)


def _there(file: Path) -> Path:
    if not file.is_file():
        raise Refused(f"没有文件 {file}。")
    return file
