"""All benchmarks, or those named: ``python -m benchmarks`` or ``python -m benchmarks felt imports``.

Each runs in a process of its own, one after the other, so that none is slowed down by what another loaded.
"""

import argparse
import subprocess
import sys
import time

from tools.serving import ROOT

NAMES = (
    "imports",
    "cell",
    "equations",
    "gradients",
    "training",
    "training_cells",
    "crowd",
    "felt",
    "live",
    "sessions",
    "memory",
)


def main() -> int:
    """Run them; return 1 if a target of any was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="name", help=f"one of: {', '.join(NAMES)}; all, if none is named"
    )
    names = parser.parse_args().names or list(NAMES)
    if unknown := [name for name in names if name not in NAMES]:
        parser.error(f"name must be one of {', '.join(NAMES)}, got {', '.join(unknown)}")
    missed = []
    for name in names:
        print(f"=== {name}", flush=True)
        start = time.monotonic()
        command = [sys.executable, "-m", f"benchmarks.{name}"]
        status = subprocess.run(command, check=False, cwd=ROOT).returncode
        verdict = "MISSED" if status else "OK"
        print(f"=== {name}: {verdict}, {time.monotonic() - start:.0f} s\n", flush=True)
        if status:
            missed.append(name)
    print(f"Missed: {', '.join(missed)}" if missed else "Every target is met.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
