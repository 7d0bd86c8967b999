"""What the environment says about the engines."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

from pydantic import SecretStr, ValidationError

from backstop.engines.errors import EngineError
from backstop.settings import Settings


def read() -> Settings:
    """The settings; `EngineError` names the variable that cannot be."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(
            f"BACKSTOP_{'_'.join(map(str, problem['loc'])).upper()}: {problem['msg']}"
            for problem in error.errors()
        )
        raise EngineError(f"环境变量写得不对：{wrong}", f"A setting is wrong: {wrong}") from error


def plain(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None


def jar_cache() -> Path:
    """Where fetched jars are kept, for all installations of one user."""
    if folder := read().cache:
        return folder.expanduser().absolute()
    if xdg := os.environ.get("XDG_CACHE_HOME", "").strip():
        return Path(xdg).expanduser().absolute() / "backstop" / "jars"
    return _own_home() / ".cache" / "backstop" / "jars"


def _own_home() -> Path:
    """Our home folder; under sudo HOME may be another user's, and writing there would shut that
    user out.
    """
    home = Path.home()
    try:
        if home.stat().st_uid == os.geteuid():
            return home
    except OSError:
        pass
    try:
        return Path(pwd.getpwuid(os.geteuid()).pw_dir)
    except KeyError:
        return home
