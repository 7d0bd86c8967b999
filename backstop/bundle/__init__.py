"""A bundle for a county whose network is closed: all that an installation needs, in one folder."""

import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote

from backstop.engines.jars import ensure_jars
from backstop.engines.progress import Progress
from kit.errors import Refused

SOURCE = Path(__file__).parents[2]
LOCK = SOURCE / "requirements.lock"
ROOM = 3  # times its own size: the environment, and what pip unpacks on the way
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")


def pack(folder: Path, progress: Progress) -> Path:
    """Write the bundle into `folder`, which must not exist: wheels, jars, `install.py`, and the
    SHA-256 of every file.

    For this platform and this Python. `Refused` where there is no source tree, or pip cannot get a
    wheel.
    """
    if not LOCK.exists() or not (SOURCE / "pyproject.toml").exists():
        raise Refused("离线安装包要在源码目录里制作（需要 requirements.lock）。")
    if folder.exists():
        raise Refused(f"{folder} 已经存在。请换一个文件夹，或先删除它。")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".bundle-", dir=folder.parent) as scratch:
        fresh = Path(scratch) / "bundle"
        wheels, jars = fresh / "wheels", fresh / "jars"
        for part in (wheels, jars):
            part.mkdir(parents=True)
        _collect(wheels, progress)
        progress.say("复制 Kafka 组件 … copying Kafka")
        for jar in ensure_jars(progress):
            shutil.copy2(jar, jars)
        for name in ("install.py", "说明.txt"):
            (fresh / name).write_bytes((files(__package__) / name).read_bytes())
        _describe(fresh)
        os.replace(fresh, folder)
    return folder


def _collect(wheels: Path, progress: Progress) -> None:
    pinned = len(re.findall(r"^[\w.-]+==", LOCK.read_text(encoding="utf-8"), re.MULTILINE))
    _pip(["wheel", "--require-hashes", "-r", str(LOCK)], wheels, progress, pinned)
    _pip(["wheel", "--no-deps", "--no-build-isolation", str(SOURCE)], wheels, progress, pinned + 1)
    # What only developers need stays behind: pip itself says what an installation takes.
    command = [
        *PIP,
        "install",
        "--quiet",
        "--dry-run",
        "--ignore-installed",
        "--no-index",
        f"--find-links={wheels}",
        "--report=-",
        "backstop[local]",
    ]
    report = json.loads(
        subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=wheels).stdout
    )
    needed = {unquote(Path(package["download_info"]["url"]).name) for package in report["install"]}
    for wheel in wheels.iterdir():
        if wheel.name not in needed:
            wheel.unlink()


def _pip(arguments: list[str], wheels: Path, progress: Progress, total: int) -> None:
    """Run pip and count what it has brought. The lock names every package for every platform: the
    last few never come.
    """
    text = "收集安装包 collecting wheels"
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        child = subprocess.Popen(
            [*PIP, *arguments, "--progress-bar=off", f"--wheel-dir={wheels}"],
            cwd=wheels,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        while child.poll() is None:
            progress.step(text, min(len(list(wheels.glob("*.whl"))), total - 1), total)
            time.sleep(0.5)
        progress.step(text, total, total)
        if child.returncode:
            output.seek(0)
            raise Refused(
                "有安装包取不到，离线安装包没有做成。\n" + "".join(output.readlines()[-5:])
            )


def _describe(folder: Path) -> None:
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    description = {
        "python": platform.python_version_tuple()[:2],
        "system": platform.system(),
        "machine": platform.machine(),
        "platform": sysconfig.get_platform(),
        "libc": "-".join(platform.libc_ver()),
        "room": ROOM * size,
    }
    (folder / "bundle.json").write_text(json.dumps(description, indent=1) + "\n", encoding="utf-8")
    lines = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        lines.append(f"{digest}  {path.relative_to(folder).as_posix()}\n")
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")
