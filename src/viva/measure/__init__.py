"""Measurement: numbers in, numbers out.

Ability, item parameters, selection, assembly, agreement and fairness with NumPy and SciPy alone.
Responses are scores 0..K with items in columns and NaN where nothing was asked; ability is on a
scale where people are N(0, 1). Chance comes in as a ``numpy.random.Generator``.
"""

from viva.measure._ability import Abilities, abilities, ability
from viva.measure._agreement import (
    LimitsOfAgreement,
    bland_altman,
    cronbach_alpha,
    fleiss_kappa,
    intraclass_correlations,
    krippendorff_alpha,
    weighted_kappa,
)
from viva.measure._assembly import Aim, Assembly, Form, assemble
from viva.measure._confidence import Calibration, ReliabilityBin, calibration, confidence_by_topic
from viva.measure._constraints import Constraint, count, enemies, total
from viva.measure._dif import Dif, LogisticDif, logistic_dif, mantel_haenszel_dif
from viva.measure._estimation import Fit, NotConverged, fit
from viva.measure._facets import FacetFit, Severity, fit_facets
from viva.measure._impact import (
    GroupImpact,
    impact_ratios,
    intersections,
    rate_ratio_interval,
    scored_impact_ratios,
)
from viva.measure._intervals import (
    Interval,
    bootstrap_interval,
    mean_interval,
    share_interval,
)
from viva.measure._item_analysis import (
    ItemFit,
    ItemReport,
    ItemSummary,
    analyze,
    item_fit,
    item_rest_correlation,
)
from viva.measure._items import Items, Model, credit_steps
from viva.measure._maximization import Priors
from viva.measure._posterior import (
    Ability,
    ItemTable,
    Posterior,
    Prior,
    posterior_of,
    start,
    tabulate,
)
from viva.measure._recode import Recoded, recode
from viva.measure._selection import Policy, Stopping, select, should_stop
from viva.measure._simulation import (
    Misclassification,
    Simulation,
    calibrate_exposure,
    misclassification,
    simulate,
    simulate_responses,
)
from viva.measure._standard_errors import Errors, ParameterIntervals
from viva.measure._topics import DEFAULT_SPREAD, TopicAbilities, fit_spread, topic_abilities
from viva.measure._transfer import TransferDrop, transfer_drop

__all__ = [
    "DEFAULT_SPREAD",
    "Abilities",
    "Ability",
    "Aim",
    "Assembly",
    "Calibration",
    "Constraint",
    "Dif",
    "Errors",
    "FacetFit",
    "Fit",
    "Form",
    "GroupImpact",
    "Interval",
    "ItemFit",
    "ItemReport",
    "ItemSummary",
    "ItemTable",
    "Items",
    "LimitsOfAgreement",
    "LogisticDif",
    "Misclassification",
    "Model",
    "NotConverged",
    "ParameterIntervals",
    "Policy",
    "Posterior",
    "Prior",
    "Priors",
    "Recoded",
    "ReliabilityBin",
    "Severity",
    "Simulation",
    "Stopping",
    "TopicAbilities",
    "TransferDrop",
    "abilities",
    "ability",
    "analyze",
    "assemble",
    "bland_altman",
    "bootstrap_interval",
    "calibrate_exposure",
    "calibration",
    "confidence_by_topic",
    "count",
    "credit_steps",
    "cronbach_alpha",
    "enemies",
    "fit",
    "fit_facets",
    "fit_spread",
    "fleiss_kappa",
    "impact_ratios",
    "intersections",
    "intraclass_correlations",
    "item_fit",
    "item_rest_correlation",
    "krippendorff_alpha",
    "logistic_dif",
    "mantel_haenszel_dif",
    "mean_interval",
    "misclassification",
    "posterior_of",
    "rate_ratio_interval",
    "recode",
    "scored_impact_ratios",
    "select",
    "share_interval",
    "should_stop",
    "simulate",
    "simulate_responses",
    "start",
    "tabulate",
    "topic_abilities",
    "total",
    "transfer_drop",
    "weighted_kappa",
]
