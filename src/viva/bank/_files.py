"""Content files on disk: strict reading, with errors that name file, line and field."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from viva.bank._models import Question
from viva.exceptions import ContentError

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _StrictLoader(_Base):  # type: ignore[misc]
    """Plain YAML, except that a repeated key is an error instead of a silent loss."""


def _mapping(loader: Any, node: Any, deep: bool = False) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in seen:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {key!r} stands twice", key_node.start_mark
            )
        seen.add(key)
    return dict(yaml.constructor.SafeConstructor.construct_mapping(loader, node, deep=deep))


_StrictLoader.add_constructor("tag:yaml.org,2002:map", lambda loader, node: _mapping(loader, node, True))


def read_question(path: Path) -> Question:
    """The question in a YAML file.

    Raises ContentError naming file, line, field, what was found and what is wanted.
    """
    return parse_question(path.read_text("utf-8"), name=str(path))


def parse_question(source: str, *, name: str) -> Question:
    """The question in a YAML text; `name` is what errors call the text."""
    try:
        data = yaml.load(source, Loader=_StrictLoader)
    except yaml.YAMLError as error:
        raise ContentError(_yaml_message(error, name)) from None
    if not isinstance(data, dict):
        raise ContentError(f"{name}:1: found {type(data).__name__}; wanted a mapping of fields")
    try:
        return Question.model_validate(data)
    except ValidationError as error:
        raise ContentError(_validation_message(error, source, name)) from None


def _yaml_message(error: yaml.YAMLError, name: str) -> str:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else 1
    problem = getattr(error, "problem", None) or str(error)
    return f"{name}:{line}: not valid YAML: {problem}; quote texts that hold ': ' or '#'"


def _validation_message(error: ValidationError, source: str, name: str) -> str:
    root = yaml.compose(source, Loader=_StrictLoader)
    lines = []
    for found in error.errors(include_url=False)[:20]:
        loc = found["loc"]
        field = ".".join(str(part) for part in loc) or "(whole file)"
        value = repr(found["input"])
        value = value if len(value) <= 80 else value[:77] + "…"
        says = found["msg"].removeprefix("Value error, ")
        shown = "" if isinstance(found["input"], dict) else f"found {value}; "
        lines.append(f"{name}:{_line_of(root, loc)}: {field}: {shown}{says}")
    return "\n".join(lines)


def _line_of(node: Any, loc: tuple[int | str, ...]) -> int:
    """The line of the deepest node on the way to `loc` that the file has."""
    line = node.start_mark.line + 1
    for part in loc:
        child = _child(node, part)
        if child is None:
            break
        node, line = child, child.start_mark.line + 1
    return int(line)


def _child(node: Any, part: int | str) -> Any:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == part), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part]
    return None
