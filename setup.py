"""What a wheel holds beside the package; all else is in ``pyproject.toml``.

``app.py`` and ``pages/`` lie at the top of the repository, where Streamlit looks for them. A wheel carries
them in ``lstm_viz/_app/``, with the settings of the server and the table by which Streamlit finds our
components.
"""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

SERVED = ("app.py", "pages", ".streamlit/config.toml", "docs/icon.svg", "pyproject.toml")


class BuildWithApp(build_py):
    """Copies what is served into the package that is built; an editable install serves the repository."""

    def run(self) -> None:
        """Build, and copy."""
        super().run()
        if not self.editable_mode:
            for name in SERVED:
                self._copy(Path(name), Path(self.build_lib) / "lstm_viz" / "_app" / name)

    def _copy(self, source: Path, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, target)


setup(cmdclass={"build_py": BuildWithApp})
