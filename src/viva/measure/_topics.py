"""Ability by topic and overall, each topic borrowing strength from the others.

    overall ~ N(0, 1 - spread^2),   topic_t = overall + N(0, spread^2)

so a topic alone is N(0, 1), the scale items are calibrated on. ``spread`` (0..1) is how far
topics differ within a person: near 0 one number says it all, near 1 topics are strangers.
The posteriors are exact on the grid (one common factor, so one pass of messages), not
a shrinkage of point estimates. ``fit_spread`` estimates the spread from many people by
maximum marginal likelihood, which makes the shrinkage empirical Bayes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize_scalar
from scipy.special import logit

from viva.exceptions import MeasureError
from viva.measure._arrays import AnyArray, Floats, as_groups
from viva.measure._items import Items, log_probabilities
from viva.measure._posterior import GRID, Ability, Posterior

DEFAULT_SPREAD = 0.5
_SPREADS = (0.1, 0.99)


@dataclass(frozen=True)
class TopicAbilities:
    """``overall`` and ``by_topic``, whose keys are the topic labels given."""

    overall: Ability
    by_topic: dict[str, Ability]
    spread: float


def topic_abilities(
    items: Items,
    responses: ArrayLike,
    topics: ArrayLike,
    *,
    spread: float = DEFAULT_SPREAD,
    level: float = 0.95,
) -> TopicAbilities:
    """One person's ability overall and in each topic.

    ``responses``: (J,) scores 0..K, NaN not asked; ``topics``: (J,) one label an item. A topic
    with no response is answered from the other topics, wide.
    """
    x = items.check_responses(responses, ndim=1)
    labels, which = _labels(topics, items.n_items)
    likelihoods = _log_likelihoods(items, x[None, :], which, len(labels))[0]
    overall, each = _posteriors(likelihoods, _check_spread(spread))
    asked = np.isfinite(x)
    counts = np.bincount(which[asked], minlength=len(labels))
    return TopicAbilities(
        Posterior(overall, int(asked.sum())).ability(level=level),
        {
            str(label): Posterior(each[t], int(counts[t])).ability(level=level)
            for t, label in enumerate(labels)
        },
        spread,
    )


def fit_spread(
    items: Items, responses: ArrayLike, topics: ArrayLike, *, prior_sd: float | None = None
) -> float:
    """The spread that makes ``responses`` (N, J) most likely, in 0.1..0.99.

    ``prior_sd``: with few people, a normal prior of this spread on log(s / (1 - s)) about the
    usual 0.5; None for none. Raises MeasureError with fewer than two topics or nobody who answered in two.
    """
    x = items.check_responses(responses, ndim=2)
    labels, which = _labels(topics, items.n_items)
    seen = np.stack([np.isfinite(x[:, which == t]).any(axis=1) for t in range(len(labels))])
    if len(labels) < 2 or not np.any(seen.sum(axis=0) > 1):
        raise MeasureError(
            f"topics: found {len(labels)} and nobody who answered in two, wanted at least one "
            "person with responses in two topics; keep the default spread until then"
        )
    if prior_sd is not None and not prior_sd > 0:
        raise MeasureError(f"prior_sd: found {prior_sd!r}, wanted a number above 0, or None")
    likelihoods = _log_likelihoods(items, x, which, len(labels))

    def loss(spread: float) -> float:
        away = 0.0 if prior_sd is None else logit(spread) / prior_sd
        return 0.5 * float(away) ** 2 - float(_log_marginals(likelihoods, spread).sum())

    found = minimize_scalar(loss, bounds=_SPREADS, method="bounded", options={"xatol": 1e-3})
    return float(found.x)


def _labels(topics: ArrayLike, n_items: int) -> tuple[AnyArray, AnyArray]:
    labels, which = np.unique(as_groups(topics, n_items, "topics"), return_inverse=True)
    return labels, which


def _check_spread(spread: float) -> float:
    if not 0 < spread < 1:
        raise MeasureError(f"spread: found {spread!r}, wanted a number between 0 and 1")
    return spread


def _log_likelihoods(items: Items, x: Floats, which: AnyArray, n_topics: int) -> Floats:
    """(N, T, Q) log-likelihood of each person's responses in each topic."""
    log_p = log_probabilities(items.probabilities(GRID))
    out = np.zeros((x.shape[0], n_topics, GRID.size))
    for t in range(n_topics):
        mine = which == t
        for k in range(log_p.shape[2]):
            share = np.nan_to_num(np.maximum(0.0, 1.0 - np.abs(x[:, mine] - k)), nan=0.0)
            out[:, t] += share @ log_p[:, mine, k].T
    return out


def _kernel(spread: float) -> Floats:
    """(G, Q) chance of each topic ability given each overall ability."""
    z = np.exp(-0.5 * ((GRID[None, :] - GRID[:, None]) / spread) ** 2)
    return np.asarray(z / z.sum(axis=1, keepdims=True))


def _overall_prior(spread: float) -> Floats:
    z = np.exp(-0.5 * GRID**2 / (1 - spread**2))
    return np.asarray(z / z.sum())


def _messages(likelihoods: Floats, spread: float) -> tuple[Floats, Floats, Floats]:
    """Each topic's likelihood, what it says about the overall ability, and the log factor out."""
    top = likelihoods.max(axis=-1, keepdims=True)
    scaled = np.exp(likelihoods - top)
    return scaled, scaled @ _kernel(spread).T, top[..., 0]


def _log_marginals(likelihoods: Floats, spread: float) -> Floats:
    _, messages, top = _messages(likelihoods, spread)
    joint = np.log(np.maximum(messages, 1e-300)).sum(axis=1)
    peak = joint.max(axis=1, keepdims=True)
    inside = np.exp(joint - peak) @ _overall_prior(spread)
    return np.asarray(np.log(inside) + peak[:, 0] + top.sum(axis=1))


def _posteriors(likelihoods: Floats, spread: float) -> tuple[Floats, Floats]:
    """Overall (Q,) and by-topic (T, Q) posteriors of one person, (T, Q) log-likelihoods given."""
    scaled, messages, _ = _messages(likelihoods, spread)
    log_messages = np.log(np.maximum(messages, 1e-300))
    log_all = np.log(np.maximum(_overall_prior(spread), 1e-300)) + log_messages.sum(axis=0)
    overall = _normalised(log_all)
    others = np.stack([_normalised(log_all - row) for row in log_messages])
    each = scaled * (others @ _kernel(spread))
    return overall, each / each.sum(axis=1, keepdims=True)


def _normalised(log_weights: Floats) -> Floats:
    weights = np.exp(log_weights - log_weights.max())
    return np.asarray(weights / weights.sum())
