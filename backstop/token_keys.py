"""The private file with the keys that sign tokens; made at the first look."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from backstop.engines.private import locked, write_private
from kit.access.keys import TokenKeys
from kit.errors import Refused


@dataclass
class KeyFile:
    """Read again whenever it was written: access goes on while a key is replaced."""

    path: Path
    _seen: tuple[int, TokenKeys] | None = field(default=None, repr=False)

    def read(self) -> TokenKeys:
        """`Refused` for a file that holds no such keys."""
        if not self.path.exists():
            with locked(self.path.with_suffix(".lock")):
                if not self.path.exists():
                    write_private(self.path, TokenKeys.generate().dump())
        written = self.path.stat().st_mtime_ns
        if self._seen is None or self._seen[0] != written:
            self._seen = written, self._load()
        return self._seen[1]

    def rotate(self, now: datetime) -> TokenKeys:
        """A new key beside the old ones; `TokenKeys.rotated` says when it signs."""
        self.read()
        with locked(self.path.with_suffix(".lock")):
            keys = self._load().rotated(now)
            write_private(self.path, keys.dump())
        return keys

    def _load(self) -> TokenKeys:
        try:
            return TokenKeys.load(self.path.read_text(encoding="utf-8"))
        except (ValueError, KeyError, TypeError) as error:
            raise Refused(
                f"{self.path} 不是登录密钥文件。请从备份恢复；没有备份就移走它，重新启动后所有人重新登录。"
            ) from error
