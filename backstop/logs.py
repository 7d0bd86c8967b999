"""Logs go to a file of the installation, never to the terminal where somebody works; under an
orchestrator, to it.
"""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

from backstop.engines.private import make_folder

MEGABYTES, KEPT = 5, 5
TEXT = "%(asctime)s %(levelname)s %(name)s %(message)s"


def log_to_stderr(how: str) -> None:
    """For a process under an orchestrator: `text` or `json` lines on standard error."""
    from kit.telemetry import JsonLines

    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if how == "json" else logging.Formatter(TEXT))
    _only(handler)


def log_to(home: Path) -> None:
    """Warnings and worse of this process to `home`/logs/backstop.log; five files of five megabytes
    are kept.
    """
    handler = RotatingFileHandler(
        make_folder(make_folder(home) / "logs") / "backstop.log",
        maxBytes=MEGABYTES << 20,
        backupCount=KEPT,
        encoding="utf-8",
    )
    handler.setFormatter(logging.Formatter(TEXT))
    _only(handler)


def _only(handler: logging.Handler) -> None:
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.captureWarnings(True)
