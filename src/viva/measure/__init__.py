"""Measurement: numbers in, numbers out.

Ability, item parameters, selection, assembly, agreement and fairness with NumPy and SciPy alone.
Responses are scores 0..K with items in columns and NaN where nothing was asked; ability is on a
scale where people are N(0, 1). Chance comes in as a ``numpy.random.Generator``.
"""

from viva.measure._ability import Abilities, abilities, ability
from viva.measure._items import Items
from viva.measure._posterior import (
    Ability,
    ItemTable,
    Posterior,
    Prior,
    posterior_of,
    start,
    tabulate,
)
from viva.measure._topics import TopicAbilities, fit_spread, topic_abilities

__all__ = [
    "Abilities",
    "Ability",
    "ItemTable",
    "Items",
    "Posterior",
    "Prior",
    "TopicAbilities",
    "abilities",
    "ability",
    "fit_spread",
    "posterior_of",
    "start",
    "tabulate",
    "topic_abilities",
]
