"""Logs go to a file of the installation, never to the terminal where somebody works."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

from backstop.engines.private import make_folder

MEGABYTES, KEPT = 5, 5


def log_to(home: Path) -> None:
    """Warnings and worse of this process to `home`/logs/backstop.log; five files of five megabytes are kept."""
    handler = RotatingFileHandler(
        make_folder(make_folder(home) / "logs") / "backstop.log",
        maxBytes=MEGABYTES << 20,
        backupCount=KEPT,
        encoding="utf-8",
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.captureWarnings(True)
