"""Scripts and styles: names with a hash in them, so that a browser may keep them for a year."""

from __future__ import annotations

import gzip
import json
import mimetypes
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from viva.doors.web._problems import Refused
from viva.exceptions import UsageError

FOLDER = Path(__file__).parent / "static"
_FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Static:
    """The built files in a folder."""

    folder: Path = FOLDER

    @cached_property
    def names(self) -> dict[str, str]:
        """A source's name → the name it is served under. Raises UsageError when nothing was built."""
        try:
            found: dict[str, str] = json.loads((self.folder / "manifest.json").read_text("utf-8"))
        except (OSError, ValueError):
            raise UsageError(
                f"the pages' scripts aren't in {str(self.folder)!r}; install Viva again: pip install -e ."
            ) from None
        return found

    @cached_property
    def files(self) -> dict[str, tuple[bytes, bytes, str]]:
        """Served name → content, the same gzipped, media type."""
        return {
            name: (body, gzip.compress(body, 9, mtime=0), mimetypes.guess_type(name)[0] or "text/plain")
            for name in [*self.names.values(), "licences.txt"]
            for body in [(self.folder / name).read_bytes()]
        }

    def url(self, name: str) -> str:
        """Where a page finds a source. Raises KeyError for one that isn't there."""
        return f"/static/{self.names[name]}"


@cache
def static() -> Static:
    """The files that came with this installation."""
    return Static()


async def serve_file(request: Request) -> Response:
    """A static file, gzipped when the browser can take it."""
    name = request.path_params["name"]
    if name not in static().files:
        raise Refused(404, f"no static file {name!r}")
    body, packed, kind = static().files[name]
    takes_gzip = "gzip" in request.headers.get("accept-encoding", "")
    headers = {"cache-control": _FOREVER, "vary": "accept-encoding"}
    if takes_gzip:
        headers["content-encoding"] = "gzip"
    charset = "; charset=utf-8" if kind.startswith("text/") else ""
    return Response(packed if takes_gzip else body, media_type=kind + charset, headers=headers)
