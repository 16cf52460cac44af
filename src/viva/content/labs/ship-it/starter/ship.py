"""What it takes to put a model into service, and when to take it back."""

import tomllib
from pathlib import Path

import numpy as np

# The busiest day of the year: payments in each hour.
TRAFFIC = (
    *(620_000, 410_000, 290_000, 220_000, 240_000, 430_000, 980_000, 1_760_000),
    *(2_340_000, 2_610_000, 2_850_000, 3_240_000, 3_600_000, 3_310_000, 2_980_000, 2_890_000),
    *(3_020_000, 3_380_000, 3_510_000, 3_090_000, 2_480_000, 1_930_000, 1_420_000, 950_000),
)
MINUTE_FACTOR = 1.5  # the busiest minute of an hour, as a multiple of the hour's mean
FIXED_MS, ITEM_MS = 9.0, 1.6  # a replica scores n payments in FIXED_MS + n * ITEM_MS
CACHE_HITS = {0: 0.0, 60: 0.08, 300: 0.14, 3600: 0.30}  # seconds kept: share answered from the cache
FEATURES_VALID_SECONDS = 300  # older scores may not be used
REPLICA, CACHE, BUDGET = 700, 150, 7_000  # money a month
CHECKED_PER_HOUR = 1_500  # payments of all whose score is checked by telephone within the hour
WRONG_NOW, WRONG_BAD = 0.01, 0.02  # share of scores found wrong: today, and by a model to be stopped


def design() -> dict:
    """What design.toml says. Leave it as it is."""
    return tomllib.loads(Path(__file__).with_name("design.toml").read_text("utf-8"))


def capacity(batch: int, fixed_ms: float, item_ms: float) -> float:
    """Payments a second that one replica scores at most, in batches of `batch`."""
    raise NotImplementedError


def replicas_per_zone(
    peak: float, batch: int, fixed_ms: float, item_ms: float, zones: int, busy: float
) -> int:
    """The fewest in each zone that hold `peak` a second at a share `busy`, with one zone lost."""
    raise NotImplementedError


def canary_hours(
    share: float, checked_per_hour: float, now: float, bad: float, alpha: float, power: float
) -> float:
    """Hours until a canary with `share` of the payments tells a bad model from today's, one-sided."""
    raise NotImplementedError


def stops(
    control_n: int, control_wrong: np.ndarray, canary_n: int, canary_wrong: np.ndarray, look: int, looks: int
) -> np.ndarray:
    """At look 1, 2 ... `looks`: a bool for each rollout, whether to stop it now."""
    raise NotImplementedError


def skewed(train: dict[str, np.ndarray], serve: dict[str, np.ndarray]) -> list[str]:
    """The features that the training code and the service disagree on, in order of name."""
    raise NotImplementedError
