"""What ``import lstm_viz`` costs a library user: ``python -m benchmarks.imports``.

The time is taken inside fresh interpreters, NumPy and lstm_viz taking turns, so both meet the same machine.
"""

import json
import subprocess
import sys
from statistics import median

from benchmarks.report import Fact, Timing, report
from tools.serving import ROOT

TURNS = 11
MORE_THAN_NUMPY = 150.0  # ms
HEAVY = ("torch", "streamlit", "plotly")

_SCRIPT = """
import json, sys, time
start = time.perf_counter()
import {module}
ms = (time.perf_counter() - start) * 1e3
print(json.dumps([ms, [name for name in sys.modules if "." not in name]]))
"""


def main() -> int:
    """Print the table; return the exit status."""
    timings: dict[str, list[float]] = {"numpy": [], "lstm_viz": []}
    heavy: set[str] = set()
    for turn in range(TURNS + 1):
        for module, values in timings.items():
            ms, loaded = import_fresh(module)
            heavy.update(loaded & set(HEAVY))
            if turn:  # the first turn fills the disk cache
                values.append(ms)
    more = median(timings["lstm_viz"]) - median(timings["numpy"])
    met = report(
        "Importing the library",
        [
            *(Timing(f"import {module}, fresh interpreter", values) for module, values in timings.items()),
            Fact(
                "lstm_viz more than numpy",
                f"{more:.1f} ms",
                f"≤ {MORE_THAN_NUMPY:.0f} ms",
                more <= MORE_THAN_NUMPY,
            ),
            Fact(
                f"of {', '.join(HEAVY)} imported with it",
                ", ".join(sorted(heavy)) or "none",
                "none",
                not heavy,
            ),
        ],
    )
    return 0 if met else 1


def import_fresh(module: str) -> tuple[float, set[str]]:
    """Import a module in an interpreter of its own; return the ms it took and the packages then loaded."""
    command = [sys.executable, "-c", _SCRIPT.format(module=module)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    ms, loaded = json.loads(done.stdout)
    return ms, set(loaded)


if __name__ == "__main__":
    sys.exit(main())
