"""Style sheets and icons: one address for all services, and kept by browsers until they change."""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parent / "static"
FOR_A_YEAR = "public, max-age=31536000, immutable"


def mount_static(app: FastAPI) -> None:
    """Below `/static`, in the front door as in each service that runs without one."""
    app.mount("/static", GZipMiddleware(Static(directory=FOLDER)))


def static(name: str) -> str:
    """The address of a file in our folder, e.g. `backstop.css`; a changed file has another one."""
    return f"/static/{name}?v={version(name)}"


def version(name: str) -> str:
    """The beginning of the SHA-256 of a file in our folder."""
    path = FOLDER / name
    return _hash(path, path.stat().st_mtime_ns)


@lru_cache
def _hash(path: Path, changed: int) -> str:
    return sha256(path.read_bytes()).hexdigest()[:12]


class Static(StaticFiles):
    """The files of our folder."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Kept for good only under the hash of these very bytes: another replica may already be
        newer.
        """
        answer = await super().get_response(path, scope)
        fits = scope["query_string"] == f"v={version(path)}".encode()
        answer.headers["cache-control"] = FOR_A_YEAR if fits else "no-cache"
        return answer
