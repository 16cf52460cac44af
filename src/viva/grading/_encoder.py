"""encoder.v1: a small pair network reads each stretch of an answer beside each claim of the key.

Windows → likeness by vectors and shared stems (all phrasings) → the pair network on the few that may
say it → calibrated regressions → wrong stretches → verdicts with their evidence. Offline, deterministic,
no torch.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from pathlib import Path

import numpy as np

from viva.bank import Verdict
from viva.grading._encoder_features import Found, read
from viva.grading._encoder_key import ReadyKey, make_ready
from viva.grading._encoder_layer import (
    Layer,
    Odds,
    ReferenceLayer,
    credit_features,
    load_layer,
    odds_of,
    sigmoid,
)
from viva.grading._encoder_net import FILES, EncoderNet
from viva.grading._encoder_reference import compare, whole_features
from viva.grading._encoder_stretches import WrongStretch, find_wrong
from viva.grading._scorecard import (
    Asked,
    CriterionVerdict,
    Evidence,
    Judgement,
    MisconceptionFound,
)
from viva.grading._text import Window

WEIGHTS = Path(__file__).parent / "weights"
EVEN = 0.5
"""Probability from which a reference's claim counts as met, or as denied."""
UNSURE = (0.35, 0.65)
KEYS_KEPT = 64
"""Keys held ready; the one used longest ago goes first."""


def load_encoder(folder: Path | None = None) -> Encoder:
    """The judge whose weights lie in `folder`, by default those that ship.

    Raises UsageError when a file is missing or of another version.
    """
    folder = folder or WEIGHTS
    return Encoder(EncoderNet(folder), load_layer(folder / "layer.json"), _digest(folder))


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in (*FILES, "layer.json"):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()


class Encoder:
    """A judge: call it with what was asked and the words of the answer."""

    def __init__(self, net: EncoderNet, layer: Layer, digest: str) -> None:
        self.name = f"encoder.v1+{digest[:8]}"
        self.layer = layer
        self._net = net
        self._ready: OrderedDict[int, ReadyKey] = OrderedDict()

    def __call__(self, asked: Asked, text: str) -> Judgement:
        """Verdicts on every criterion for the audience, and the misconceptions that are stated."""
        ready = self.prepare(asked)
        if ready.is_bare and self.layer.reference is not None:
            return _beside_reference(text, ready, self._net, self.layer.reference)
        found = read(text, ready, self._net)
        odds = odds_of(found, self.layer.meets, self.layer.denies, self.layer.states)
        wrong = find_wrong(found, odds, self.layer.wrong, self.layer.thresholds.stated)
        misconceptions = tuple(_misconception(text, ready, found, s) for s in wrong.stretches)
        denied = {m.denies: s for m, s in zip(misconceptions, wrong.stretches, strict=True)}
        credit = sigmoid(self.layer.credit.odds(credit_features(found, odds, ready.denied)))
        return Judgement(
            verdicts=tuple(
                self._verdict(i, text, ready, found, odds, float(credit[i]), denied.get(c.id))
                for i, c in enumerate(ready.criteria)
            ),
            misconceptions=misconceptions,
            wrong=round(wrong.share, 4),
        )

    def prepare(self, asked: Asked) -> ReadyKey:
        """The key of `asked` made ready; done once a key, so call it early to answer soon."""
        place = _fingerprint(asked)
        if place not in self._ready:
            self._ready[place] = make_ready(asked, self._net)
            while len(self._ready) > KEYS_KEPT:
                self._ready.popitem(last=False)
        self._ready.move_to_end(place)
        return self._ready[place]

    def _verdict(
        self, i: int, text: str, ready: ReadyKey, found: Found, odds: Odds, credit: float,
        denied: WrongStretch | None,
    ) -> CriterionVerdict:  # fmt: skip
        at = self.layer.thresholds
        mine = np.flatnonzero(found.criteria.owner == i)
        verdict = (
            Verdict.MISSING if not len(mine) and denied is None
            else Verdict.MET if credit >= at.met
            else Verdict.CONTRADICTED if denied is not None
            else Verdict.PARTLY if credit >= at.partly
            else Verdict.MISSING
        )  # fmt: skip
        window = None
        if verdict is Verdict.CONTRADICTED and denied is not None:
            window = found.windows[denied.window]
        elif verdict is not Verdict.MISSING:
            window = found.windows[found.criteria.window[mine[odds.meets[mine].argmax()]]]
        return CriterionVerdict(
            criterion=ready.criteria[i].id,
            verdict=verdict,
            probability=round(credit, 4),
            evidence=(Evidence.of(text, window.start, window.end),) if window else (),
            unsure=at.unsure_from <= credit < at.unsure_to,
        )


def _misconception(text: str, ready: ReadyKey, found: Found, wrong: WrongStretch) -> MisconceptionFound:
    window = found.windows[wrong.window]
    span = Evidence.of(text, window.start, window.end)
    if wrong.is_belief:
        known = ready.misconceptions[wrong.owner]
        id, because, denies = known.id, known.because, known.contradicts
    else:
        criterion = ready.criteria[wrong.owner]
        id, because, denies = f"denies-{criterion.id}", f"The key says: {criterion.claim}", criterion.id
    return MisconceptionFound(
        id=id,
        quote=span.quote,
        start=span.start,
        end=span.end,
        because=because,
        denies=denies,
        probability=round(wrong.probability, 4),
    )


def _beside_reference(text: str, ready: ReadyKey, net: EncoderNet, layer: ReferenceLayer) -> Judgement:
    compared = compare(text, ready, net)
    met = sigmoid(layer.meets.odds(compared.features))
    denied = sigmoid(layer.denies.odds(compared.features))
    whole = whole_features(compared, met, denied, ready, text)
    verdicts = tuple(
        _beside_claim(c.id, text, window, float(p), float(q))
        for c, window, p, q in zip(ready.criteria, compared.best, met, denied, strict=True)
    )
    return Judgement(verdicts, right=float(sigmoid(layer.right.odds(whole))[0]))


def _beside_claim(id: str, text: str, window: Window, met: float, denied: float) -> CriterionVerdict:
    verdict = (
        Verdict.MET if met >= EVEN else Verdict.CONTRADICTED if denied >= EVEN else Verdict.MISSING
    )  # fmt: skip
    shown = verdict is not Verdict.MISSING
    return CriterionVerdict(
        criterion=id,
        verdict=verdict,
        probability=round(met, 4),
        evidence=(Evidence.of(text, window.start, window.end),) if shown else (),
        unsure=UNSURE[0] <= met < UNSURE[1],
    )


def _fingerprint(asked: Asked) -> int:
    criteria = tuple((c.id, c.claim, c.accepts, c.near_misses, c.audience) for c in asked.key.criteria)
    wrong = tuple((m.id, m.says, m.contradicts) for m in asked.key.misconceptions)
    return hash((asked.ask, asked.audience, criteria, wrong))
