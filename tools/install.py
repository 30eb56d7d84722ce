"""Set up the virtual environment ``.venv`` with all that the app needs: ``python tools/install.py [--dev]``.

Standard library only, for it runs before anything is installed. PyTorch is the one package that needs care:
on Linux the default wheel brings several gigabytes of CUDA along, which only an NVIDIA GPU can use. A machine
without one gets the CPU build. A torch of the version in ``requirements.lock`` is left alone, whichever build
it is.
"""

from __future__ import annotations  # so that an old Python gets as far as the message in main()

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

OLDEST_PYTHON = (3, 11)
CPU_WHEELS = "https://download.pytorch.org/whl/cpu"
"""Where PyTorch publishes its builds without CUDA: https://pytorch.org/get-started/locally/."""


def main() -> None:
    """Create or complete the virtual environment."""
    if sys.version_info < OLDEST_PYTHON:
        sys.exit(
            f"lstm-viz needs Python 3.11 or newer; this is {sys.version.split()[0]}.\n"
            "If a newer one is installed, name it: make app PYTHON=python3.12"
        )
    parser = argparse.ArgumentParser(description="Set up the virtual environment .venv.")
    parser.add_argument("--dev", action="store_true", help="install the tools for tests and checks as well")
    arguments = parser.parse_args()

    requirements = ["-r", "requirements.txt"]
    if arguments.dev:
        requirements += ["-r", "requirements-dev.txt"]
    try:
        _run(sys.executable, "-m", "venv", str(VENV))
        if sys.platform == "linux" and not torch_is_installed() and not nvidia_gpu_found():
            install_cpu_torch()
        _pip("install", *requirements)
    except subprocess.CalledProcessError as error:
        sys.exit(f"Set-up stopped: {' '.join(error.cmd)} failed, see above.")


def torch_requirement() -> str:
    """Return the line of ``requirements.lock`` that pins PyTorch, such as ``torch==2.13.0``."""
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if line.startswith("torch=="))


def torch_is_installed() -> bool:
    """Tell whether the environment holds the pinned PyTorch, in any build (``2.13.0+cpu``, say)."""
    query = "from importlib.metadata import version; print(version('torch'))"
    answer = subprocess.run([PYTHON, "-c", query], capture_output=True, text=True, check=False)
    return f"torch=={answer.stdout.strip().partition('+')[0]}" == torch_requirement()


def nvidia_gpu_found() -> bool:
    """Tell whether NVIDIA's driver is installed and lists at least one GPU."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return False
    answer = subprocess.run([program, "-L"], capture_output=True, text=True, check=False)
    return answer.returncode == 0 and "GPU" in answer.stdout


def install_cpu_torch() -> None:
    """Install PyTorch without CUDA, or stop and say how to go on where no such build can be reached.

    The extra index stands beside whatever pip is configured with: a local folder or mirror that holds a CPU
    build does as well, so an index that cannot be reached is given up quickly.
    """
    requirement = torch_requirement()
    source = ["--extra-index-url", CPU_WHEELS, "--retries", "1", "--timeout", "15"]
    try:
        _pip("install", "--no-deps", "--only-binary=:all:", *source, f"{requirement}+cpu")
    except subprocess.CalledProcessError:
        sys.exit(
            f"No CPU build of {requirement} could be installed from {CPU_WHEELS}.\n"
            "Try again when it can be reached, or install another build and then run this command again:\n"
            f"  {PYTHON} -m pip install {requirement}    (with CUDA: several gigabytes)"
        )


def _pip(*arguments: str) -> None:
    _run(str(PYTHON), "-m", "pip", "--disable-pip-version-check", *arguments)


def _run(*command: str) -> None:
    print("+", *command, flush=True)
    subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
