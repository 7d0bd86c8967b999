"""Children that read what others sent (`kit.child_process`), as the kernel knows them."""

import os
from pathlib import Path


def children() -> list[int]:
    """This process's; also those that ended and were not reaped."""
    return [int(path.name) for path in Path("/proc").glob("[0-9]*") if _is_ours(path)]


def is_alive(process: int) -> bool:
    return _stat(Path(f"/proc/{process}"))[:1] not in ([], ["Z"])


def _is_ours(path: Path) -> bool:
    stat = _stat(path)
    if not stat or stat[1] != str(os.getpid()):
        return False
    try:
        command = (path / "cmdline").read_bytes()
    except OSError:
        return False
    return b"kit.child_process" in command or (stat[0] == "Z" and _was_python(path))


def _was_python(path: Path) -> bool:
    return "python" in (path / "stat").read_text().rpartition(")")[0]


def _stat(path: Path) -> list[str]:
    """State, parent, …"""
    try:
        return (path / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
