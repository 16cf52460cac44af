"""Markdown with mathematics to HTML: no HTML of the writer's gets through, formulas become MathML."""

from __future__ import annotations

from functools import cache, lru_cache
from html import escape
from typing import Any
from xml.etree import ElementTree

from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from markupsafe import Markup
from mdit_py_plugins.dollarmath import dollarmath_plugin

_MATH = "{http://www.w3.org/1998/Math/MathML}"


@cache
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    return reader.use(
        dollarmath_plugin, allow_labels=False, allow_space=False, allow_digits=False, renderer=_math
    )


@lru_cache(maxsize=4096)
def markdown(text: str) -> Markup:
    """A text in Markdown as HTML, with a paragraph round each paragraph."""
    return Markup(_reader().render(text))


@lru_cache(maxsize=4096)
def markdown_line(text: str) -> Markup:
    """A line in Markdown as HTML without a paragraph round it."""
    return Markup(_reader().renderInline(text))


def _math(latex: str, options: dict[str, Any]) -> str:
    """MathML, or the formula as it was written when it isn't LaTeX that we can turn into MathML."""
    display = "block" if options.get("display_mode") else "inline"
    try:
        made = convert(latex, display=display)
        known = all(node.tag.startswith((_MATH, "m")) for node in ElementTree.fromstring(made).iter())
    except Exception:  # the converter raises a dozen kinds for LaTeX that it can't read
        known = False
    return made if known else f"<code>{escape(latex)}</code>"
