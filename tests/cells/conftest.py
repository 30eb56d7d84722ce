import json
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).resolve().parents[2].parent / "shared"


def lstm_vectors() -> list[dict[str, Any]]:
    """The published LSTM cases that need no peephole, no coupled gates and no projection."""
    path = SHARED / "vectors" / "vectors_give.json"
    if not path.exists():
        return []
    cases = json.loads(path.read_text(encoding="utf-8"))
    return [case for case in cases if case["kind"] == "LSTM" and not _needs_more(case["options"])]


def _needs_more(options: dict[str, Any]) -> bool:
    return any(options.get(extra) for extra in ("peephole", "cifg", "projection"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "lstm_vector" in metafunc.fixturenames:
        cases = lstm_vectors() or [
            pytest.param(None, marks=pytest.mark.skip(reason=f"no published vectors beside the project: {SHARED.name}/"))
        ]
        ids = [case["id"] if isinstance(case, dict) else "missing" for case in cases]
        metafunc.parametrize("lstm_vector", cases, ids=ids)
