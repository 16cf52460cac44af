"""The program that a box starts: ``python -I -S -B __main__.py worker|checker``.

It lies in a folder of its own in the box, so it makes that folder a package before importing.
"""

from __future__ import annotations

import os
import sys
import types

_PACKAGE = "viva_box"


def _package() -> None:
    package = types.ModuleType(_PACKAGE)
    package.__path__ = [os.path.dirname(os.path.abspath(__file__))]
    sys.modules[_PACKAGE] = package


def _main(program: str, site: str) -> None:
    _package()
    sys.dont_write_bytecode = True
    sys.path.append(site)  # the packages that the lab allows, NumPy at least
    if program == "worker":
        from viva_box import worker as chosen  # type: ignore[import-not-found]
    else:
        from viva_box import checker as chosen
    chosen.main()


if __name__ == "__main__":
    _main(sys.argv[1], sys.argv[2])
