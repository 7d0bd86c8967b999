"""Files and folders that are ours alone: secrets, state, ports, room on the disk."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import random
import secrets
import shutil
import socket
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from backstop.engines.errors import EngineError

MINIMUM_FREE = 500 * 1024 * 1024
SOCKET_PATH_LIMIT = 100  # 108 on Linux, 104 on macOS, with the closing zero


def make_folder(folder: Path) -> Path:
    """Create a folder for us alone; one that exists keeps its mode."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise os_error(error, folder) from error
    return folder


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step, readable by us alone."""
    handle, name = tempfile.mkstemp(
        dir=path.parent, prefix=f".{path.name}-"
    )  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def secret(folder: Path, name: str) -> str:
    """The secret of this name, made at random when first asked for (URL-safe characters only)."""
    path = make_folder(folder) / name
    try:
        text = path.read_text(encoding="ascii").strip()
        if text:
            return text
    except FileNotFoundError:
        pass
    text = secrets.token_urlsafe(24)
    write_private(path, text + "\n")
    return text


def read_state(path: Path) -> dict[str, Any]:
    """A small JSON file; empty when it is missing or was damaged by a crash."""
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}


def update_state(path: Path, **changes: Any) -> None:
    """Change some fields of a small JSON file."""
    write_private(path, json.dumps(read_state(path) | changes, indent=2) + "\n")


@contextlib.contextmanager
def locked(path: Path, patience: float = 90) -> Iterator[None]:
    """Hold a file's lock; the system frees it when a holder dies, so it never stays behind."""
    deadline = time.monotonic() + patience
    with open(path, "a", encoding="ascii") as handle:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise EngineError(
                        f"另一个 backstop 正在启动或停止这里的服务：{path.parent}。请稍后再试。",
                        f"Another backstop is starting or stopping the engines of {path.parent}; try again later.",
                    ) from None
                time.sleep(0.1)
        yield


def free_ports(count: int) -> list[int]:
    """Free ports on 127.0.0.1, below the range from which the system takes ports for outgoing
    connections.
    """
    chooser, held = random.SystemRandom(), list[socket.socket]()
    try:
        for _ in range(500):
            probe = socket.socket()
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            held.append(probe)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", chooser.randrange(20000, 32000)))
            ports = [s.getsockname()[1] for s in held if s.getsockname()[1]]
            if len(ports) == count:
                return ports
    finally:
        for probe in held:
            probe.close()
    raise EngineError(
        "在 127.0.0.1 上找不到空闲端口。请关闭一些程序，或设置 BACKSTOP_KAFKA_BOOTSTRAP 使用已有的 Kafka。",
        "No free port on 127.0.0.1; close some programs, or set BACKSTOP_KAFKA_BOOTSTRAP.",
    )


def port_is_free(port: int) -> bool:
    """Whether something could listen on this port of 127.0.0.1 now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen(1)
        except OSError:
            return False
    return True


def require_room(folder: Path, needed: int = MINIMUM_FREE) -> None:
    """Refuse to start on a full disk: both engines stop in the middle of their work there."""
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise EngineError(
            f"磁盘空间不足：{folder} 只剩 {free >> 20} MB，至少需要 {needed >> 20} MB。请清理或换一个文件夹。",
            f"Disk full: {free >> 20} MB left at {folder}, {needed >> 20} MB needed; make room or use another folder.",
        )


def is_ours(folder: Path) -> bool:
    """Whether this is a real folder that we own and nobody else can enter."""
    try:
        status = folder.lstat()
    except OSError:
        return False
    return (
        stat.S_ISDIR(status.st_mode)
        and status.st_uid == os.geteuid()
        and stat.S_IMODE(status.st_mode) & 0o077 == 0
    )


def socket_fits(folder: Path) -> bool:
    """Whether PostgreSQL's socket in this folder stays below the system's limit for such paths."""
    return len(os.fsencode(folder / ".s.PGSQL.5432")) <= SOCKET_PATH_LIMIT


def socket_folder(preferred: Path, recorded: str | None) -> Path:
    """A 0700 folder of ours for sockets: the preferred one or, where its path is too long, a random
    one in /tmp.
    """
    if socket_fits(preferred):
        make_folder(preferred)
        if is_ours(preferred):
            return preferred
    if recorded and is_ours(Path(recorded)) and socket_fits(Path(recorded)):
        return Path(recorded)
    for place in (tempfile.gettempdir(), "/tmp"):
        if socket_fits(Path(place) / "backstop-12345678"):
            with contextlib.suppress(OSError):
                return Path(tempfile.mkdtemp(prefix="backstop-", dir=place))
    raise EngineError(
        f"文件夹路径太长，无法建立数据库套接字：{preferred}。请换一个更短的路径。",
        f"The path is too long for PostgreSQL's socket: {preferred}; choose a shorter one.",
    )


def os_error(error: OSError, where: Path | str) -> EngineError:
    """Say what a failed system call means to the person at the keyboard."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return EngineError(
            f"磁盘已满：{where}。请清理后再启动。",
            f"Disk full at {where}; make room and start again.",
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return EngineError(
            f"没有权限写入 {where}。请换一个文件夹，或用拥有它的用户运行。",
            f"No permission to write {where}; choose another folder, or run as its owner.",
        )
    return EngineError(f"系统错误（{where}）：{error}", f"System error at {where}: {error}")
