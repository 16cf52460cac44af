"""The API's document, completed: every error a problem document, and in server mode how to show a token."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from viva.doors.web.api import problems

TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "description": "A token of your account; its page makes them. Pages of ours may use the login's cookie.",
}


def complete(app: FastAPI, *, is_server: bool) -> None:
    """Make `app` describe itself so. FastAPI's own description of 422 is another one than ours."""
    make = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = make()
            for path in document["paths"].values():
                for operation in path.values():
                    _complete(operation["responses"], (401, 403) if is_server else ())
            schemas = document.get("components", {}).get("schemas", {})
            for name in ("HTTPValidationError", "ValidationError"):
                schemas.pop(name, None)
            if is_server:
                document["components"]["securitySchemes"] = {"token": TOKEN}
                document["security"] = [{"token": []}]
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]  # as FastAPI's own documents say to do it


def _complete(responses: dict[str, Any], always: tuple[int, ...]) -> None:
    for status in {*always, *((422,) if "422" in responses else ())}:
        responses[str(status)] = problems(status)[status]
