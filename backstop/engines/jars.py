"""Kafka's jars: pinned by SHA-256, fetched once, checked before every start."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from backstop.engines import settings
from backstop.engines.errors import EngineError
from backstop.engines.private import make_folder, os_error, require_room
from backstop.engines.progress import Progress

if TYPE_CHECKING:
    import httpx

LIST = "kafka-4.3.0.jars"  # its first lines say where it comes from and how to write a newer one
MAVEN_CENTRAL = "https://repo.maven.apache.org/maven2"
DOWNLOAD_ROOM = 150 * 1024 * 1024
WAY_OUT_ZH = (
    "可任选其一：设置 BACKSTOP_MAVEN_MIRROR（Maven 镜像地址）；"
    "设置 BACKSTOP_JARS（已放好这些 jar 的文件夹）；设置 BACKSTOP_KAFKA_BOOTSTRAP（使用已有的 Kafka）。"
)
WAY_OUT_EN = (
    "Set one of BACKSTOP_MAVEN_MIRROR (a Maven mirror), BACKSTOP_JARS (a folder with the jars), "
    "BACKSTOP_KAFKA_BOOTSTRAP (an existing Kafka)."
)


@dataclass(frozen=True)
class Jar:
    """One jar: its Maven coordinates and the SHA-256 its bytes must have."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def filename(self) -> str:
        return f"{self.artifact}-{self.version}.jar"

    @property
    def maven_path(self) -> str:
        """Where a Maven repository keeps it."""
        return f"{self.group.replace('.', '/')}/{self.artifact}/{self.version}/{self.filename}"


def pinned() -> list[Jar]:
    """All jars of the list in this package."""
    lines = (files(__package__) / LIST).read_text(encoding="ascii").splitlines()
    rows = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    jars = []
    for coordinates, digest in rows:
        group, artifact, version = coordinates.split(":")
        jars.append(Jar(group, artifact, version, digest))
    return jars


def ensure_jars(progress: Progress, jars: list[Jar] | None = None) -> list[Path]:
    """Paths of all jars, each just checked; whatever is missing or damaged in the cache is fetched
    first.
    """
    jars = pinned() if jars is None else jars
    bundled = Path(sys.prefix) / "share" / "backstop" / "jars"  # put there by a bundle's install.py
    if folder := settings.read().jars or (bundled if bundled.is_dir() else None):
        return _from_folder(folder.expanduser(), jars)
    cache = settings.jar_cache()
    bad = [jar for jar in jars if not is_genuine(cache / jar.filename, jar)]
    if bad:
        _fetch(bad, cache, progress)
    return [cache / jar.filename for jar in jars]


def is_genuine(path: Path, jar: Jar) -> bool:
    """Whether the file has the pinned bytes."""
    try:
        with open(path, "rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest() == jar.sha256
    except OSError:
        return False


def _from_folder(folder: Path, jars: list[Jar]) -> list[Path]:
    """Jars from a folder, flat or laid out as a Maven repository; used where they lie, nothing is
    fetched.
    """
    paths: list[Path] = []
    missing: list[Jar] = []
    damaged: list[Jar] = []
    for jar in jars:
        copies = [
            path for path in (folder / jar.filename, folder / jar.maven_path) if path.is_file()
        ]
        good = next((path for path in copies if is_genuine(path, jar)), None)
        if good:
            paths.append(good)
        else:
            (damaged if copies else missing).append(jar)
    if damaged:
        raise _damaged(damaged, str(folder))
    if missing:
        names = _some(missing)
        raise EngineError(
            f"文件夹 {folder}(BACKSTOP_JARS)缺少 {len(missing)} 个 jar:{names}。",
            f"The folder {folder} (BACKSTOP_JARS) lacks {len(missing)} jars: {names}.",
        )
    return paths


def _fetch(jars: list[Jar], cache: Path, progress: Progress) -> None:
    """Fetch jars into the cache; a wrong one is fetched once more, then refused."""
    make_folder(cache)
    require_room(cache, DOWNLOAD_ROOM)
    try:
        for jar in jars:
            (cache / jar.filename).unlink(missing_ok=True)
    except OSError as error:
        raise os_error(error, f"{cache} (BACKSTOP_CACHE)") from error
    wrong = _fetch_once(jars, cache, progress, "下载 Kafka 组件 fetching Kafka")
    if wrong:
        wrong = _fetch_once(
            wrong, cache, progress, "重新下载损坏的组件 fetching damaged parts again"
        )
    if wrong:
        raise _damaged(wrong, settings.read().maven_mirror or "default repository")


def _fetch_once(jars: list[Jar], cache: Path, progress: Progress, text: str) -> list[Jar]:
    """One round over all jars; returns those whose bytes were wrong.

    Each jar that came whole lies in the cache from then on, whatever happens to the others: the
    next start asks for the rest only.
    """
    import httpx  # only who fetches needs it

    repository = settings.read().maven_mirror or MAVEN_CENTRAL
    wrong: list[Jar] = []
    try:
        with (
            tempfile.TemporaryDirectory(prefix=".fetching-", dir=cache) as scratch,
            httpx.Client(base_url=repository, timeout=30, follow_redirects=True) as client,
            ThreadPoolExecutor(6) as pool,
        ):
            progress.step(text, 0, len(jars))
            fetch = partial(_fetch_jar, client, Path(scratch), cache)
            try:
                # The first alone: without a network it fails once and soon, not six times.
                waiting = {pool.submit(fetch, jars[0]): jars[0]}
                next(as_completed(waiting)).result()
                waiting |= {pool.submit(fetch, jar): jar for jar in jars[1:]}
                for done, future in enumerate(as_completed(waiting), 1):
                    if not future.result():
                        wrong.append(waiting[future])
                    progress.step(text, done, len(jars))
            finally:
                pool.shutdown(cancel_futures=True)
    except httpx.HTTPStatusError as error:
        answer = error.response
        raise _unreachable(f"HTTP {answer.status_code}: {answer.url.path}") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise _unreachable(str(error) or type(error).__name__) from error
    except OSError as error:
        raise os_error(error, f"{cache} (BACKSTOP_CACHE)") from error
    return wrong


def _fetch_jar(client: httpx.Client, scratch: Path, cache: Path, jar: Jar) -> bool:
    """Fetch one jar; it appears in the cache whole and with the pinned bytes, or not at all
    (False).
    """
    fresh = scratch / jar.filename
    with client.stream("GET", jar.maven_path) as answer, open(fresh, "wb") as file:
        answer.raise_for_status()
        file.writelines(answer.iter_bytes())
    if not is_genuine(fresh, jar):
        return False
    os.replace(fresh, cache / jar.filename)
    return True


def _unreachable(reason: str) -> EngineError:
    return EngineError(
        f"无法下载 Kafka 组件（网络不通？）。{WAY_OUT_ZH}",
        f"Kafka's jars cannot be fetched. {WAY_OUT_EN}",
        reason[:300],
    )


def _damaged(jars: list[Jar], where: str) -> EngineError:
    return EngineError(
        f"Kafka 组件已损坏或被替换（SHA-256 不符），拒绝使用：{_some(jars)}（来源：{where}）。请换一个来源。{WAY_OUT_ZH}",
        f"Damaged or replaced jars (SHA-256 differs) refused: {_some(jars)} (from {where}). {WAY_OUT_EN}",
    )


def _some(jars: list[Jar]) -> str:
    names = [jar.filename for jar in jars[:3]]
    return ", ".join(names) + (" …" if len(jars) > 3 else "")
