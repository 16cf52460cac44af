"""The E-step: posterior weights of every person, summed into what the M-step needs.

For adjacent kinds a person's posterior depends on the responses only through t = sum_j a_j x_j, and
the M-step only on sum_i x_ij E(theta | i), so with complete data a pass is two products of the
data with a vector. Cumulative kinds need products of indicators with the whole posterior.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from viva.measure._arrays import AnyArray, Floats
from viva.measure._responses import Chunk, Responses
from viva.measure._slope_intercept import Adjacent, Kind


@dataclass(frozen=True, eq=False)
class Quadrature:
    """Points on the ability scale with the log of their prior weights, both (Q,)."""

    theta: Floats
    log_weights: Floats


def normal_quadrature(n_points: int, *, reach: float = 6.0) -> Quadrature:
    """Evenly spaced points on -reach..reach under N(0, 1); exact to far below the data's noise
    once the spacing is less than the narrowest posterior's standard deviation."""
    theta = np.linspace(-reach, reach, n_points)
    log_w = -0.5 * theta**2
    return Quadrature(theta, log_w - np.log(np.exp(log_w).sum()))


@dataclass(frozen=True, eq=False)
class Sums:
    """Posterior sums over people.

    ``people``: (J, Q) or (1, Q) expected number of respondents at each point; ``by_score``:
    (J, K + 1, Q) the same split by score, only for cumulative kinds; ``score_theta``: (J,) the sum
    of x_ij E(theta | i), only for adjacent ones; ``everybody``: (Q,) all people, with or without
    a response.
    """

    log_likelihood: float
    people: Floats
    everybody: Floats
    by_score: Floats | None
    score_theta: Floats | None


def posterior(chunk: Chunk, tables: Tables) -> tuple[AnyArray, float]:
    """(n, Q) posterior weights of a chunk, and its log-likelihood short of the constant part."""
    if tables.slopes is not None:
        z = np.multiply.outer(chunk.x @ tables.slopes, tables.theta)
        z += tables.base if chunk.seen is None else chunk.seen @ tables.by_item + tables.prior
    else:
        z = indicators(chunk, tables.n_scores) @ tables.flat
        z += tables.prior
    top = z.max(axis=1)
    z -= top[:, None]
    np.exp(z, out=z)
    total = z.sum(axis=1)
    z /= total[:, None]
    return z, float(top.sum(dtype=np.float64) + np.log(total).sum(dtype=np.float64))


def indicators(chunk: Chunk, n_scores: int) -> AnyArray:
    """(n, J * (K + 1)) the weight each response puts on each score, 0 where missing."""
    x = chunk.x
    k = np.arange(n_scores, dtype=x.dtype)
    out = np.maximum(1 - np.abs(x[:, :, None] - k), 0)
    if chunk.seen is not None:
        out *= chunk.seen[:, :, None]
    return np.asarray(out.reshape(x.shape[0], -1))


@dataclass(frozen=True, eq=False)
class Tables:
    """What a pass looks up, in the precision of the data."""

    theta: AnyArray
    prior: AnyArray
    n_scores: int
    slopes: AnyArray | None  # adjacent
    by_item: AnyArray  # adjacent: (J, Q) log P(0) - less its constant
    base: AnyArray  # adjacent: (Q,) their sum and the prior
    flat: AnyArray  # cumulative: (J * (K + 1), Q)
    constant: float


def tabulate_kind(kind: Kind, parameters: Floats, points: Quadrature, data: Responses) -> Tables:
    """The look-up tables of one pass."""
    log_p = kind.log_p(parameters, points.theta)
    n_scores = log_p.shape[1]
    dtype: Any = data.dtype
    theta, prior = points.theta.astype(dtype), points.log_weights.astype(dtype)
    if isinstance(kind, Adjacent):
        by_item = log_p[:, 0]
        constant = float((data.counts[:, 1:] * parameters[:, 1:]).sum())
        base = (by_item.sum(axis=0) + points.log_weights).astype(dtype)
        slopes = parameters[:, 0].astype(dtype)
        empty = np.zeros((0, 0), dtype=dtype)
        return Tables(theta, prior, n_scores, slopes, by_item.astype(dtype), base, empty, constant)
    flat = log_p.reshape(-1, points.theta.size).astype(dtype)
    empty = np.zeros((0, 0), dtype=dtype)
    return Tables(theta, prior, n_scores, None, empty, empty, flat, 0.0)


def expectation(kind: Kind, parameters: Floats, points: Quadrature, data: Responses) -> Sums:
    """One pass over everybody at ``parameters``."""
    tables = tabulate_kind(kind, parameters, points, data)
    adjacent = tables.slopes is not None
    n_items, n_points = data.n_seen.size, points.theta.size
    log_likelihood, everybody = tables.constant, np.zeros(n_points)
    people = np.zeros((n_items, n_points))
    by_score = np.zeros((n_items * tables.n_scores, n_points))
    score_theta = np.zeros(n_items)
    for chunk in data.chunks():
        post, part = posterior(chunk, tables)
        log_likelihood += part
        everybody += post.sum(axis=0)
        if adjacent:
            score_theta += (post @ tables.theta) @ chunk.x
            if chunk.seen is not None:
                people += chunk.seen.T @ post
        else:
            by_score += indicators(chunk, tables.n_scores).T @ post
    if adjacent:
        seen = everybody[None, :] if data.is_complete else people
        return Sums(log_likelihood, seen, everybody, None, score_theta)
    split = by_score.reshape(n_items, tables.n_scores, n_points)
    return Sums(log_likelihood, split.sum(axis=1), everybody, split, None)
