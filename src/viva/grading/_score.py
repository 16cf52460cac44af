"""From verdicts to a score out of 10 with its 90% interval.

    credit   = sum(weight * share of credit) / sum(weights needed for full marks)
    error    = wrong statements / (wrong statements + right ones)
    score    = 10 * min(1, credit) ** SHAPE * (1 - ERROR_COST * error)

Only what was said counts: neither length nor vocabulary enters. The interval adds the doubt of each
verdict (Bernoulli variance) and a floor for what verdicts leave out.
"""

from __future__ import annotations

import math

from viva.bank import CriterionLevel, Key, Verdict
from viva.grading._scorecard import CriterionVerdict, Graded, Judgement

WEIGHT = {CriterionLevel.CORE: 1.0, CriterionLevel.STRONG: 0.75, CriterionLevel.EXCEPTIONAL: 0.6}
"""What one criterion of a level is worth."""
NEEDED = {CriterionLevel.CORE: 0.95, CriterionLevel.STRONG: 0.45, CriterionLevel.EXCEPTIONAL: 0.1}
"""The share of a level's weight that full marks ask for: nobody says everything."""
SHARE = {Verdict.MET: 1.0, Verdict.PARTLY: 0.45, Verdict.MISSING: 0.0, Verdict.CONTRADICTED: 0.0}
SHAPE = 0.9
ERROR_COST = 0.9
RESIDUAL = 1.2
"""Standard deviation (points out of 10) of panel scores around a score from true verdicts."""
Z90 = 1.6449


def score(key: Key, judgement: Judgement) -> Graded:
    """The score that these verdicts on `key` amount to."""
    levels = {c.id: c.level for c in key.criteria}
    needed = sum(WEIGHT[levels[v.criterion]] * NEEDED[levels[v.criterion]] for v in judgement.verdicts)
    earned = sum(WEIGHT[levels[v.criterion]] * _share(v) for v in judgement.verdicts)
    spread = sum(
        WEIGHT[levels[v.criterion]] ** 2 * v.probability * (1 - v.probability) for v in judgement.verdicts
    )
    needed = max(needed, 0.5)
    kept = 1 - ERROR_COST * _error(judgement)
    value = 10 * min(1.0, earned / needed) ** SHAPE * kept
    half = Z90 * math.hypot(10 * math.sqrt(spread) / needed * kept, RESIDUAL)
    return Graded(
        score=round(value, 2),
        interval=(round(max(0.0, value - half), 2), round(min(10.0, value + half), 2)),
    )


def _share(v: CriterionVerdict) -> float:
    """The verdict's worth, moved a little by its probability so that near ties keep their order."""
    if v.verdict in (Verdict.MISSING, Verdict.CONTRADICTED):
        return 0.0
    return 0.7 * SHARE[v.verdict] + 0.3 * v.probability


def _error(judgement: Judgement) -> float:
    """The share of statements that are wrong, 0-1, each wrong belief counted once."""
    denied = sum(v.verdict is Verdict.CONTRADICTED for v in judgement.verdicts)
    wrong = max(len(judgement.misconceptions), denied)
    right = sum(SHARE[v.verdict] for v in judgement.verdicts)
    return wrong / (wrong + right) if wrong else 0.0
