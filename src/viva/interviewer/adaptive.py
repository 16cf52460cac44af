"""Which question tells most about this person now.

Stands apart from the rules because it needs SciPy, which takes a second to import and which a planned
interview never uses.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from viva.measure import Items, Policy, Posterior, Stopping, posterior_of, select, should_stop, tabulate

STOPPING = Stopping(standard_error=0.3, min_items=3)
"""Stop when the ability's standard error is this small, and never on fewer questions."""
N_BEST = 2
"""One of so many best questions is asked, by chance: so the same few aren't asked of everybody."""


@dataclass(frozen=True, eq=False)
class AdaptiveChooser:
    """Chooses by information at the person's ability, in turn from the topics.

    ``ids``, ``topics``: (J,) questions and their topics; ``items``: their parameters; ``responses``:
    (J,) credit steps so far, NaN where there is no scored answer.
    """

    ids: tuple[str, ...]
    topics: tuple[str, ...]
    items: Items
    responses: NDArray[np.float64]
    stopping: Stopping = field(default=STOPPING)

    @cached_property
    def belief(self) -> Posterior:
        """What the answers say of the ability, from N(0, 1)."""
        return posterior_of(self.items, self.responses)

    @property
    def knows_enough(self) -> bool:
        """Is the interval narrow enough? Only scored answers count."""
        return should_stop(self.belief, self.stopping, n_items=self.belief.n_responses) is not None

    def choose(self, questions: Sequence[str], *, asked: Sequence[str], chance: random.Random) -> str | None:
        """One of the most informative `questions` from the topic that is due, or None."""
        open_to = np.isin(self.ids, list(questions))
        if not open_to.any():
            return None
        chosen = select(
            tabulate(self.items),
            self.belief,
            policy=self._policy,
            rng=np.random.default_rng(chance.getrandbits(64)),
            asked=[j for j, id in enumerate(self.ids) if id in asked],
            eligible=open_to,
        )
        return None if chosen is None else self.ids[chosen]

    @property
    def _policy(self) -> Policy:
        names = sorted(set(self.topics))
        codes = np.array([names.index(topic) for topic in self.topics])
        return Policy(randomesque=N_BEST, topics=codes, shares=np.ones(len(names)))
