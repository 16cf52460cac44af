"""What a box may see of this machine: one Python, shared libraries, and the lab's packages.

Nothing else is shown. A library that a lab doesn't list is absent from the box, so there is nothing
to forbid and nothing to get around. The Python is the one that runs Viva, without its environment's
site-packages; packages are reached through a folder of links made for each run.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import sysconfig
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from viva.exceptions import SandboxError

INSIDE: Final = str(Path(__file__).parent / "inside")

# What each package needs beside the site-packages folder it lies in. Wheels put their shared
# libraries in `*.libs`; a name that isn't there (another kind of build) is passed over.
_NUMPY: Final = ("numpy", "numpy.libs")
_SCIPY: Final = (*_NUMPY, "scipy", "scipy.libs")
_CONTENTS: Final[dict[str, tuple[str, ...]]] = {
    "numpy": _NUMPY,
    "scipy": _SCIPY,
    "scikit-learn": (
        *_SCIPY,
        "sklearn",
        "scikit_learn.libs",
        "joblib",
        "threadpoolctl.py",
        "narwhals",
    ),
    "pandas": (*_NUMPY, "pandas", "pandas.libs", "dateutil", "six.py", "pytz", "tzdata"),
}
_MODULES: Final = {"scikit-learn": "sklearn"}
_PRIVATE: Final = ("site-packages", "dist-packages")


@dataclass(frozen=True)
class View:
    """The paths a box sees. `bound` are whole folders and files, `hidden` the folders within them
    that stay empty, `readable` and `listed` the same as rules that can only allow."""

    python: str
    bound: tuple[str, ...]
    hidden: tuple[str, ...]
    readable: tuple[str, ...]
    listed: tuple[str, ...]
    library_path: str


def view(packages: tuple[str, ...], extra: tuple[str, ...]) -> View:
    """The view of a box that has `packages` and the paths `extra`, which are real paths."""
    system = _system()
    found = tuple(sorted({path for name in packages for path in contents(name)}))
    mine = (INSIDE, *found, *extra)
    return View(
        python=system.python,
        bound=(*system.bound, *mine),
        hidden=system.hidden,
        readable=(*system.readable, *mine),
        listed=system.listed,
        library_path=system.library_path,
    )


@cache
def contents(package: str) -> tuple[str, ...]:
    """The real paths of what `package` needs. Raises SandboxError when it isn't installed."""
    module = _MODULES.get(package, package)
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise SandboxError(
            f"the lab needs the package {package!r}, which isn't installed here; "
            f"install it into the environment that runs Viva ({sys.prefix})"
        )
    site = Path(spec.origin).parents[1]
    paths = [site / name for name in _CONTENTS[package]]
    return tuple(os.path.realpath(path) for path in paths if path.exists())


def link_packages(packages: tuple[str, ...], folder: Path) -> None:
    """Fill `folder` with a link for each part of `packages`, for the box's module path."""
    for path in sorted({path for name in packages for path in contents(name)}):
        (folder / os.path.basename(path)).symlink_to(path)


@cache
def _system() -> View:
    python = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
    stdlib = os.path.realpath(sysconfig.get_path("stdlib"))
    dynload = os.path.realpath(Path(stdlib) / "lib-dynload")
    private = tuple(str(Path(stdlib) / name) for name in _PRIVATE if (Path(stdlib) / name).is_dir())
    entries = tuple(os.path.join(stdlib, name) for name in sorted(os.listdir(stdlib)) if name not in _PRIVATE)
    libraries = (*_shared_libraries(), *_libpython())
    return View(
        python=python,
        bound=(python, stdlib, dynload, *libraries),
        hidden=private,
        readable=(python, *entries, dynload, *libraries),
        listed=(stdlib,),
        library_path=":".join(sorted({os.path.dirname(path) for path in _libpython()})),
    )


def _libpython() -> tuple[str, ...]:
    folder = sysconfig.get_config_var("LIBDIR") or ""
    names = {sysconfig.get_config_var(k) for k in ("LDLIBRARY", "INSTSONAME")} - {None, ""}
    paths = {os.path.join(folder, name) for name in names if ".so" in name}
    return tuple(sorted(path for path in paths if os.path.exists(path)))


def _shared_libraries() -> tuple[str, ...]:
    triplet = sysconfig.get_config_var("MULTIARCH") or "none"
    several = [f"/lib/{triplet}", f"/usr/lib/{triplet}", "/lib64", "/usr/lib64"]
    # Without folders a machine (Arch, Alpine) the libraries lie beside everything else.
    plain = [] if os.path.isdir(f"/usr/lib/{triplet}") else ["/lib", "/usr/lib"]
    paths = [*several, *plain, "/etc/ld.so.cache"]
    return tuple(path for path in paths if os.path.exists(path))
