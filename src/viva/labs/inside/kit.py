"""What a lab's checks are written with. In a check file: ``from viva_kit import check, close``.

    @check("attention-mask")
    def _(sub, rng):
        q, k, v = (rng.normal(size=(2, 6, 4)) for _ in range(3))
        close(sub.attention(q, k, v), reference(q, k, v), "attention")

A check earns its points by returning. It raises Fail for a wrong answer and Partial for one partly
right. `sub` calls the candidate's functions by name, in the other box; `rng` is a generator of this
run's own. Every value that comes back is plain data that may be anything: pass it through `arr`,
`num`, `text` or `fields` before looking at it. They refuse NaN, which passes ``abs(a - b) > tol``,
and empty arrays, which pass ``np.all``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


class Fail(Exception):
    """The answer is wrong. The message is shown: it names the property and the size of the error,
    and gives expected values only in a public check."""


class Partial(Exception):
    """The answer is partly right: `share` of the points, from 0 to 1, and why not all."""

    def __init__(self, share: float, message: str) -> None:
        super().__init__(message)
        self.share = float(share)


class NoAnswer(Exception):
    """The candidate's code raised, died or ran out of time; the message says which, and `raised`
    is the name of the exception's type, "" where it wasn't one."""

    def __init__(self, message: str, raised: str = "") -> None:
        super().__init__(message)
        self.raised = raised


class Check(NamedTuple):
    """A check as its file declares it; `seconds` is CPU time a call, None for the lab's own."""

    id: str
    run: Callable[[Any, np.random.Generator], None]
    seconds: float | None


REGISTERED: dict[str, Check] = {}


def check(
    id: str, *, seconds: float | None = None
) -> Callable[[Callable[[Any, np.random.Generator], None]], None]:
    """Declare the check that ``lab.toml`` names `id`. Raises ValueError when declared twice."""

    def declare(run: Callable[[Any, np.random.Generator], None]) -> None:
        if id in REGISTERED:
            raise ValueError(f"the check {id!r} is declared twice")
        REGISTERED[id] = Check(id, run, seconds)

    return declare


def require(condition: object, message: str) -> None:
    """Fail with `message` unless `condition` is exactly true."""
    if condition is not True and condition is not np.True_:
        raise Fail(message)


def arr(
    answer: Any,
    shape: Sequence[int] | None = None,
    what: str = "the result",
    *,
    finite: bool = True,
) -> Array:
    """`answer` as an array of floats, of `shape` where given; NaN and infinity fail if `finite`."""
    try:
        found = np.asarray(answer)
    except (ValueError, TypeError, OverflowError):
        raise Fail(f"{what}: expected an array of numbers, got a ragged {_kind(answer)}") from None
    if found.dtype.kind not in "biuf":
        raise Fail(f"{what}: expected numbers, got {_kind(answer)}")
    if shape is not None and found.shape != tuple(shape):
        raise Fail(f"{what}: expected shape {tuple(shape)}, got {found.shape}")
    plain = found.astype(np.float64)
    if finite and not np.all(np.isfinite(plain)):
        raise Fail(f"{what}: contains NaN or infinity")
    return plain


def num(answer: Any, what: str = "the result") -> float:
    """`answer` as one finite float; a bool or an array of more than one element fails."""
    if isinstance(answer, bool | str | bytes) or answer is None:
        raise Fail(f"{what}: expected a number, got {_kind(answer)}")
    return float(arr(answer, (), what))


def whole(answer: Any, what: str = "the result") -> int:
    """`answer` as an integer; a float with a fraction fails."""
    value = num(answer, what)
    if value != math.floor(value):
        raise Fail(f"{what}: expected a whole number, got {value:g}")
    return int(value)


def indices(answer: Any, n: int, what: str = "the indices") -> Array:
    """`answer` as a flat array of integers from 0 to ``n - 1``."""
    found = arr(answer, None, what)
    if found.ndim != 1:
        raise Fail(f"{what}: expected one axis, got shape {found.shape}")
    if found.size and (np.any(found != np.floor(found)) or found.min() < 0 or found.max() >= n):
        raise Fail(f"{what}: expected whole numbers from 0 to {n - 1}")
    return found.astype(np.int64)


def text(answer: Any, what: str = "the result") -> str:
    """`answer` as a string."""
    if not isinstance(answer, str):
        raise Fail(f"{what}: expected a string, got {_kind(answer)}")
    return answer


def items(answer: Any, n: int | None = None, what: str = "the result") -> list[Any]:
    """`answer` as a list, of `n` values where given; a tuple or an array will do."""
    if not isinstance(answer, list | tuple | np.ndarray) or (
        isinstance(answer, np.ndarray) and answer.ndim == 0
    ):
        raise Fail(f"{what}: expected a list or tuple, got {_kind(answer)}")
    found = list(answer)
    if n is not None and len(found) != n:
        raise Fail(f"{what}: expected {n} values, got {len(found)}")
    return found


def fields(answer: Any, names: Sequence[str], what: str = "the result") -> dict[str, Any]:
    """`answer` as a dict that has all of `names`."""
    if not isinstance(answer, dict):
        raise Fail(f"{what}: expected a dict with {', '.join(names)}, got {_kind(answer)}")
    absent = [name for name in names if name not in answer]
    if absent:
        raise Fail(f"{what}: the dict lacks {', '.join(absent)}")
    return answer


def close(
    answer: Any,
    wanted: Any,
    what: str = "the result",
    *,
    rtol: float = 1e-6,
    atol: float = 1e-8,
) -> None:
    """Fail unless `answer` has the shape of `wanted` and lies within the tolerances of it."""
    want = np.asarray(wanted, dtype=np.float64)
    error = np.abs(arr(answer, want.shape, what) - want)
    if not bool(np.all(error <= atol + rtol * np.abs(want))):
        worst = float(np.max(error))
        raise Fail(f"{what}: off by up to {worst:.3g} (tolerance rtol={rtol:g}, atol={atol:g})")


def same(answer: Any, wanted: Any, what: str = "the result") -> None:
    """Fail unless the plain value `answer` equals `wanted`, lists and tuples taken as alike."""
    if _listed(answer) != _listed(wanted):
        raise Fail(f"{what}: not the value wanted")


def refuses(call: Callable[[], Any], error: str, what: str) -> None:
    """Fail unless `call` makes the candidate's code raise the exception type named `error`."""
    try:
        call()
    except NoAnswer as answer:
        if answer.raised == error:
            return
        raise Fail(f"{what}: expected {error}, got: {answer}") from None
    raise Fail(f"{what}: expected {error}, but it returned")


def grad_check(
    reference: Callable[[Array], float],
    x: Array,
    gradient: Any,
    what: str = "the gradient",
    *,
    rng: np.random.Generator,
    n: int = 15,
    eps: float = 1e-6,
    rtol: float = 1e-4,
    atol: float = 1e-6,
) -> None:
    """Fail unless `gradient` agrees with central differences of `reference` at `n` entries of `x`.

    Of the reference, never of the candidate's own forward pass: zero everywhere with a gradient of
    zero agrees with itself.
    """
    given = arr(gradient, x.shape, what).reshape(-1)
    chosen = rng.choice(x.size, min(n, x.size), replace=False)
    for k in chosen:
        step = np.zeros(x.size)
        step[k] = eps
        shift = step.reshape(x.shape)
        slope = (reference(x + shift) - reference(x - shift)) / (2 * eps)
        if not abs(given[k] - slope) <= atol + rtol * max(abs(given[k]), abs(slope)):
            raise Fail(f"{what}: entry {int(k)} is {given[k]:.5g}, differences give {slope:.5g}")


def shares(results: Sequence[tuple[str, Callable[[], None]]]) -> None:
    """Run named parts of one check; all pass, or the share that did with the others' messages."""
    missed: list[str] = []
    for name, run in results:
        try:
            run()
        except Fail as failure:
            missed.append(f"{name}: {failure}" if name else str(failure))
    if len(missed) == len(results):
        raise Fail("; ".join(missed))
    if missed:
        raise Partial(1 - len(missed) / len(results), "; ".join(missed))


def _kind(answer: Any) -> str:
    if isinstance(answer, np.ndarray):
        return f"an array of dtype {answer.dtype} and shape {answer.shape}"
    return type(answer).__name__


def _listed(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, list | tuple):
        return [_listed(item) for item in value]
    if isinstance(value, dict):
        return {key: _listed(item) for key, item in value.items()}
    return value
