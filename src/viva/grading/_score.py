"""From verdicts to a score out of 10 with its 90% interval.

    credit = sum(weight * probability, over criteria met or partly met) / sum(weights)
    score  = 10 * credit ** SHAPE * (1 - ERROR_COST * wrong)

A criterion counts as much as it is likely to be met; one without evidence counts nothing. `wrong` is the
share of what was said that is wrong: as the judge weighs it stretch by stretch, or else wrong statements
/ (wrong statements + right ones). SHAPE is below 1 because nobody says everything: half of a key is worth
more than half of the marks. A bare reference has no weighed criteria: there the score is 10 * the
probability of a right answer. The constants were fitted to the scores of labelled answers by writers whom
the networks never saw. Neither length nor vocabulary enters. The interval adds the doubt of each verdict
(Bernoulli variance) and a floor for what verdicts leave out.
"""

from __future__ import annotations

import math

from viva.bank import CriterionLevel, Key, Verdict
from viva.grading._scorecard import CriterionVerdict, Graded, Judgement

WEIGHT = {CriterionLevel.CORE: 1.0, CriterionLevel.STRONG: 0.8, CriterionLevel.EXCEPTIONAL: 0.8}
"""What one criterion of a level is worth."""
SHARE = {Verdict.MET: 1.0, Verdict.PARTLY: 0.3, Verdict.MISSING: 0.0, Verdict.CONTRADICTED: 0.0}
SHAPE = 0.55
ERROR_COST = 0.9
RESIDUAL = 1.4
"""Standard deviation (points out of 10) of people's scores for reasons other than doubtful verdicts: with
it the interval holds 89-91% of the scores of each of three writers when the layer is fitted on the others."""
Z90 = 1.6449


def score(key: Key, judgement: Judgement) -> Graded:
    """The score that these verdicts on `key` amount to."""
    if judgement.right is not None:
        return _of_reference(judgement.right)
    weights = {c.id: WEIGHT[c.level] for c in key.criteria}
    total = sum(weights[v.criterion] for v in judgement.verdicts) or 1.0
    credit = sum(weights[v.criterion] * v.probability for v in judgement.verdicts if _counts(v)) / total
    doubt = sum(weights[v.criterion] ** 2 * v.probability * (1 - v.probability) for v in judgement.verdicts)
    kept = 1 - ERROR_COST * (_error(judgement) if judgement.wrong is None else judgement.wrong)
    value = 10 * credit**SHAPE * kept
    half = Z90 * math.hypot(10 * math.sqrt(doubt) / total * kept, RESIDUAL)
    return Graded(
        score=round(value, 2),
        interval=(round(max(0.0, value - half), 2), round(min(10.0, value + half), 2)),
    )


def _of_reference(right: float) -> Graded:
    value = 10 * right
    half = Z90 * math.hypot(10 * right * (1 - right), RESIDUAL)
    low, high = max(0.0, value - half), min(10.0, value + half)
    return Graded(score=round(value, 2), interval=(round(low, 2), round(high, 2)))


def _counts(v: CriterionVerdict) -> bool:
    return v.verdict in (Verdict.MET, Verdict.PARTLY)


def _error(judgement: Judgement) -> float:
    """The share of statements that are wrong, 0-1, each wrong belief counted once."""
    denied = sum(v.verdict is Verdict.CONTRADICTED for v in judgement.verdicts)
    wrong = max(len(judgement.misconceptions), denied)
    right = sum(SHARE[v.verdict] for v in judgement.verdicts)
    return wrong / (wrong + right) if wrong else 0.0
