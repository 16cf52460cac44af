"""Measures the measurement room: `python bench/measure.py [--quick] [--only PART ...]`.

Prints, each beside its bar: reference estimates, recovery, speed beside whatever peers are
installed (`girth`, `mirt`), selection and adaptive simulation, assembly, coverage of intervals,
false alarms. `--quick` runs every part small, as a smoke test. CPU seconds are the process's own,
all threads; run on an idle machine for figures to quote.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import os
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from viva.exceptions import MeasureError
from viva.measure import (
    Items,
    Policy,
    Priors,
    Stopping,
    abilities,
    assemble,
    calibrate_exposure,
    count,
    cronbach_alpha,
    enemies,
    fit,
    fit_facets,
    impact_ratios,
    item_rest_correlation,
    krippendorff_alpha,
    logistic_dif,
    mantel_haenszel_dif,
    rate_ratio_interval,
    select,
    simulate,
    simulate_responses,
    start,
    tabulate,
    total,
)
from viva.measure._item_analysis import discrimination_verdict

Array = NDArray[Any]
ROOT = Path(__file__).parents[1]
BESIDE = [ROOT / "shared", ROOT.parent / "shared"]
SHARED = Path(os.environ.get("VIVA_SHARED", next((p for p in BESIDE if p.is_dir()), BESIDE[1])))
DATA = SHARED / "data" / "psychometrics"
PERSON_FACTS = {"id", "Gender", "Anger", "group", "gender"}


def say(*columns: object) -> None:
    print("  ".join(str(c) for c in columns), flush=True)


def mark(ok: bool) -> str:
    return "ok" if ok else "SHORT"


def cpu(work: Callable[[], Any]) -> tuple[Any, float]:
    begin = time.process_time()
    result = work()
    return result, time.process_time() - begin


def rmse(found: Array, truth: Array) -> float:
    return float(np.sqrt(np.nanmean((found - truth) ** 2)))


# --- 1. reference estimates -----------------------------------------------------------------


def table(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(newline="") as lines:
        return list(csv.DictReader(lines))


def responses(name: str) -> Array:
    rows = table(name)
    names = [n for n in rows[0] if n not in PERSON_FACTS]
    x = np.array([[float(r[n]) if r[n] not in ("", "NA") else np.nan for n in names] for r in rows])
    return np.asarray(x - np.nanmin(x))


def wanted(dataset: str, model: str, package: str) -> dict[str, Array]:
    out: dict[str, list[float]] = {}
    for r in table("reference_estimates"):
        if r["dataset"] == dataset and r["model"] == model and r["package"].startswith(package):
            out.setdefault(r["param"], []).append(float(r["value"]))
    return {k: np.array(v) for k, v in out.items()}


REFERENCES = [
    *((d, d, "1pl", "1PL") for d in ("lsat6", "lsat7", "abortion", "wirs", "verbagg_dich")),
    ("mathexam14w", "mathexam14w", "1pl", "1PL"),
    *((d, d, "2pl", "2PL") for d in ("lsat6", "lsat7", "abortion", "wirs", "verbagg_dich")),
    ("mathexam14w", "mathexam14w", "2pl", "2PL"),
    *(
        (d, f, m.lower(), m)
        for d, f in (
            ("science4", "science4_mirt"),
            ("environment", "environment"),
            ("verbagg_poly3", "verbagg_poly3"),
        )
        for m in ("PCM", "GPCM", "GRM")
    ),
]


def _reference_row(dataset: str, file: str, model: Any, name: str) -> None:
    ref, found = wanted(dataset, name, "mirt"), fit(responses(file), model=model)
    best = float(ref["logLik"][0])
    if name == "1PL":  # ltm's where it is higher: mirt's grid cuts a wide latent distribution off
        other = wanted(dataset, "1PL_commona", "ltm").get("logLik")
        best = max(best, float(other[0])) if other is not None else best
        ref |= {k: v for k, v in wanted(dataset, "1PL_commona", "ltm").items() if k in ("a", "b")}
    ahead = found.log_likelihood - best
    da = db = float("nan")
    bar = 0.01 if name in ("1PL", "2PL") else 0.03
    if "a" in ref:
        da = float(np.abs(found.items.discrimination - ref["a"]).max())
        steps = [ref[k] for k in ("b", "b1", "b2", "b3") if k in ref]
        db = float(np.nanmax(np.abs(found.items.difficulty - np.stack(steps, axis=1))))
    ok = ahead > -0.01 and not (da > bar or db > bar)
    say(
        f"  {dataset:14}{name:5} logLik {found.log_likelihood:11.4f} ({ahead:+.4f} on the best)",
        f"largest difference a {da:.4f} b {db:.4f}",
        mark(ok),
    )


def _facet_row(dataset: str, model: str, facet: str, found: Any) -> None:
    ref = {
        (r["param"], r["label"]): float(r["value"])
        for r in table("reference_mfrm_tam")
        if (r["dataset"], r["model"]) == (dataset, model)
    }
    severity = found.severities[facet]
    levels = [ref[facet, f"{facet}{label}"] for label in severity.labels]
    away = float(np.abs(severity.estimate - levels).max())
    say(
        f"  {dataset:14}{facet:7} logLik {found.log_likelihood:11.3f} (TAM {ref['logLik', '-']:.3f})",
        f"largest difference in severity {away:.4f}",
        mark(away < 0.05),
    )


def _facets() -> None:
    rows = table("conquest_cqc03")
    score = [[float(r[c].replace("NA", "nan")) for c in ("crit1", "crit2")] for r in rows]
    essays = (
        np.array(score).ravel(),
        np.repeat([r["pid"] for r in rows], 2),
        np.tile(["crit1", "crit2"], len(rows)),
        {"rater": np.repeat([r["rater"] for r in rows], 2)},
    )
    for steps, model in (("common", "item+step+rater"), ("by_item", "item+item:step+rater")):
        _facet_row("conquest_cqc03", model, "rater", fit_facets(*essays, steps=steps))  # type: ignore[arg-type]
    rows, traits = table("guilford_creativity"), "attack basis clarity daring enthusiasm".split()
    found = fit_facets(
        np.array([[float(r[t]) - 1 for t in traits] for r in rows]).ravel(),
        np.repeat([r["examinee"] for r in rows], 5),
        np.tile(traits, len(rows)),
        {"judge": np.repeat([r["judge"] for r in rows], 5)},
    )
    _facet_row("guilford", "item+step+judge", "judge", found)
    x, levels, names = responses("tam_sim_mfr"), table("tam_sim_facets"), ["rater", "topic", "female"]
    found = fit_facets(
        x.ravel(),
        np.repeat(np.arange(len(x)), 5),
        np.tile(np.arange(5), len(x)),
        {name: np.repeat([r[name] for r in levels], 5) for name in names},
        by_chance=names,
    )
    for name in names:
        _facet_row("tam_sim_mfr", "item+step+rater+topic+female", name, found)


def references(quick: bool) -> None:
    if not DATA.is_dir():
        say(f"  no reference data at {DATA}; set VIVA_SHARED")
        return
    for row in REFERENCES[6:8] if quick else REFERENCES:
        _reference_row(*row)
    if not quick:
        _facets()


# --- 2 and 3. recovery and speed ------------------------------------------------------------


def truth(model: str, n_items: int, rng: np.random.Generator) -> Items:
    steps = 1 if model == "2pl" else 4
    b = np.sort(rng.normal(size=(n_items, steps)), axis=1)
    b += (0.2 * np.arange(steps)) if model == "grm" else 0.0
    return Items(model, rng.lognormal(0, 0.3, n_items), b)  # type: ignore[arg-type]


def drawn(items: Items, n: int, rng: np.random.Generator) -> Array:
    out = np.empty((n, items.n_items), dtype=np.int8)
    for i in range(0, n, 5000):
        theta = rng.normal(size=min(5000, n - i))
        out[i : i + 5000] = simulate_responses(items, theta, rng)
    return out


def _girth(x: Array, model: str) -> tuple[Array, Array]:
    made, wide = importlib.import_module("girth"), x.T.astype(np.int64)
    if model == "gpcm":
        raise NotImplementedError("girth has no generalised partial credit with marginal estimates")
    if model == "2pl":
        found = made.twopl_mml(wide)
        return found["Discrimination"], found["Difficulty"][:, None]
    found = made.grm_mml(wide + 1)
    return found["Discrimination"], found["Difficulty"]


def _mirt(x: Array, model: str) -> tuple[Array, Array]:
    made = importlib.import_module("mirt")
    found = made.fit_mirt(
        x.astype(np.int64),
        model={"2pl": "2PL", "grm": "GRM", "gpcm": "GPCM"}[model],
        n_quadpts=61,
        compute_standard_errors=False,
    )
    a = np.ravel(np.asarray(found.model.parameters["discrimination"]))
    name = next(n for n in ("difficulty", "thresholds", "steps") if n in found.model.parameters)
    return a, np.asarray(found.model.parameters[name]).reshape(a.size, -1)


PEERS = {"girth": _girth, "mirt": _mirt}
# Model, people, items, bar in CPU seconds, best tool's RMSE of a and b (other seeds: a yardstick).
SIZES: list[tuple[str, int, int, float | None, tuple[float, float] | None]] = [
    ("2pl", 1_000, 30, None, (0.118, 0.110)),
    ("2pl", 10_000, 60, 0.15, (0.030, 0.028)),
    ("gpcm", 10_000, 60, None, (0.024, 0.038)),
    ("grm", 10_000, 60, None, (0.022, 0.032)),
    ("2pl", 100_000, 100, 1.5, (0.011, 0.009)),
    ("gpcm", 100_000, 100, 5.0, None),
    ("grm", 100_000, 100, 8.0, None),
]
SLOW_PEERS = 1_000_000  # people x items from which peers are left out unless asked


def _root_mean_square(errors: Array) -> float:
    """The RMSE that the information allows (Cramér and Rao), whatever the tool."""
    return float(np.sqrt(np.nanmean(errors**2)))


def _size_row(model: str, n: int, j: int, bar: float | None, best: Any, peers: bool) -> None:
    rng = np.random.default_rng(1)
    items = truth(model, j, rng)
    x = drawn(items, n, rng)
    found, seconds = cpu(lambda: fit(x, model=model, standard_errors="none"))  # type: ignore[arg-type]
    with_errors, both = cpu(lambda: fit(x, model=model))  # type: ignore[arg-type]
    a, b = items.discrimination, items.difficulty
    line = f"  {model:5}{n:>9,} x {j:<4} fit {seconds:7.3f} s"
    line += f", errors {max(both - seconds, 0):6.2f} s ({with_errors.errors.method})"
    line += f", {found.n_iterations} passes, RMSE a {rmse(found.items.discrimination, a):.3f}"
    line += f" b {rmse(found.items.difficulty, b):.3f}"
    a_bound, b_bound = (
        _root_mean_square(e) for e in (with_errors.errors.discrimination, with_errors.errors.difficulty)
    )
    line += f", least possible on these data {a_bound:.3f} {b_bound:.3f}"
    if best:
        line += f" (best tool, its data: {best[0]:.3f} {best[1]:.3f})"
    say(line, "" if bar is None else f"bar {bar} s {mark(seconds <= bar)}")
    if not peers:
        return
    for name, peer in PEERS.items():
        try:
            (pa, pb), peer_seconds = cpu(lambda peer=peer: peer(x, model))  # type: ignore[misc]
        except ImportError:
            say(f"    {name}: not installed")
        except Exception as error:  # a peer's failure is a row of the table
            say(f"    {name}: {type(error).__name__}: {error}")
        else:
            fits = pb.shape == b.shape
            text = f"RMSE a {rmse(pa, a):.3f} b {rmse(pb, b):.3f}" if fits else ""
            say(f"    {name}: {peer_seconds:.2f} s, {peer_seconds / seconds:.0f} times ours, {text}")


def speed(quick: bool) -> None:
    for model, n, j, bar, best in SIZES[:1] if quick else SIZES:
        _size_row(model, n, j, bar, best, peers=not quick and n * j < SLOW_PEERS)


def streaming(quick: bool) -> None:
    n, j, size = (20_000, 50, 5000) if quick else (1_000_000, 200, 20_000)
    items = truth("2pl", j, np.random.default_rng(1))

    def chunks() -> Iterator[Array]:
        for i in range(n // size):  # drawn anew at every pass, the same by its seed
            yield store[i]

    rng = np.random.default_rng(2)
    path = Path(os.environ.get("TMPDIR", "/tmp")) / f"viva-bench-{os.getpid()}.i8"
    store = np.memmap(path, dtype=np.int8, mode="w+", shape=(n // size, size, j))
    try:
        for i in range(n // size):
            store[i] = drawn(items, size, rng)
        store.flush()
        begin = time.perf_counter()
        found, seconds = cpu(lambda: fit(chunks, standard_errors="none"))
        wall = time.perf_counter() - begin
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        say(
            f"  2pl {n:,} x {j} in chunks: {wall:.1f} s, {seconds:.1f} CPU s, peak {peak:.2f} GB, "
            f"{found.n_iterations} passes, RMSE a "
            f"{rmse(found.items.discrimination, items.discrimination):.4f}",
            mark(wall <= 60 and peak <= 1),
        )
    finally:
        path.unlink()


# --- 4. selection ---------------------------------------------------------------------------


def selection(quick: bool) -> None:
    rng = np.random.default_rng(3)
    n, people = (100, 50) if quick else (500, 1000)
    a, b = rng.lognormal(0, 0.3, n), rng.normal(size=n)
    for name, items in (
        ("right/wrong", Items.right_wrong(a, b)),
        ("partial credit", Items.rubric(a, b, n_steps=4, spread=1.5)),
    ):
        bank = tabulate(items)
        policy = Policy(randomesque=5, exposure=np.full(n, 0.7), topics=np.arange(n) % 8, shares=np.ones(8))
        asked: list[int] = []
        times = []
        for _ in range(60):
            begin = time.perf_counter()
            chosen = select(bank, start(), policy=policy, rng=rng, asked=asked)
            times.append(time.perf_counter() - begin)
            asked.append(int(chosen or 0))
        micro = float(np.median(times)) * 1e6
        say(f"  {name}: next of {n} in {micro:.0f} microseconds", mark(micro <= 200))
        theta, counts = rng.normal(size=people), []
        for criterion in ("information", "kullback_leibler", "fixed", "random"):
            begin = time.perf_counter()
            stopping = Stopping(standard_error=0.3)
            run = simulate(bank, Policy(criterion), theta, rng, stopping=stopping)  # type: ignore[arg-type]
            wall = time.perf_counter() - begin
            counts.append(f"{criterion} {run.n_items.mean():.1f} items ({wall:.2f} s)")
        say(f"    to a standard error of 0.3, {people} people:", ", ".join(counts))
    held = Stopping(max_items=15)
    policy = calibrate_exposure(bank, Policy(), theta, rng, max_rate=0.25, stopping=held)
    run = simulate(bank, policy, rng.normal(size=people), rng, stopping=held)
    say(f"  exposure held at 0.25: highest {run.exposure.max():.3f}, RMSE {run.rmse:.3f}")


# --- 5. assembly ----------------------------------------------------------------------------


def blueprint(n: int, j: int, minutes: Array) -> list[Any]:
    topic = np.arange(j) % 4
    low = n // 4 - 1 if n > 8 else 1
    return [
        count("items", np.ones(j), lower=n, upper=n),
        total("minutes", minutes, upper=4.5 * n),
        *(count(f"topic {t}", topic == t, lower=low, upper=n // 4 + 1) for t in range(4)),
        count("labs", np.arange(j) % 7 == 0, lower=n // 4),
        enemies("enemies", j, *range(0, 40, 3)),
    ]


def assembly(quick: bool) -> None:
    rng, j = np.random.default_rng(5), 120 if quick else 500
    items = Items.rubric(rng.lognormal(0, 0.3, j), rng.normal(size=j), n_steps=4, spread=1.5)
    minutes = rng.integers(2, 9, j).astype(float)
    for n in (8,) if quick else (8, 30):
        for points in ([0.5], [-1.0, 0.0, 1.0]):
            for forms, bar, limit in ((1, 0.01, 1.0), (5, 0.02, 10.0)):
                begin = time.perf_counter()
                made = assemble(items, points, blueprint(n, j, minutes), n_forms=forms)
                wall = time.perf_counter() - begin
                say(
                    f"  {forms} form(s) of {n}, {len(points)} point(s): {made.gap:.2%} from the bound"
                    f" in {wall:.2f} s",
                    mark(made.gap <= bar and wall <= limit),
                )


# --- 6. coverage ----------------------------------------------------------------------------


def _share(name: str, hits: float, n: float) -> None:
    say(f"  {name}: {hits / n:.3f}", mark(0.93 <= hits / n <= 0.97))


def _covered_items(n: int, j: int, runs: int, priors: Priors | None, steps: int = 1) -> None:
    """Right/wrong items, or partial credit with as many steps, drawn as the priors say."""
    rng = np.random.default_rng(7)
    hit_a = hit_b = hit_theta = 0
    done = 0
    for _ in range(runs):
        sd = 1.0 if priors is None else float(priors.difficulty_sd)  # type: ignore[arg-type]
        items = Items("gpcm", rng.lognormal(0, 0.3, j), rng.normal(0, sd, (j, steps)))
        theta = rng.normal(size=n)
        x = simulate_responses(items, theta, rng)
        try:
            found = fit(x, model="gpcm", priors=priors, max_scores=np.full(j, steps))
        except MeasureError:  # an item all right or all wrong has no estimate without priors
            continue
        done += 1
        ends, a, b = found.errors.intervals(), items.discrimination, items.difficulty  # type: ignore[union-attr]
        hit_a += int(((ends.discrimination_lower <= a) & (a <= ends.discrimination_upper)).sum())
        hit_b += int(((ends.difficulty_lower <= b) & (b <= ends.difficulty_upper)).sum())
        who = abilities(found.marginal_items, x)
        hit_theta += int(((who.lower <= theta) & (theta <= who.upper)).sum())
    kind = ("priors" if priors else "no priors") + ("" if steps == 1 else f", {steps} steps")
    _share(f"a, {n} people x {j}, {kind}", hit_a, done * j)
    _share(f"b, {n} people x {j}, {kind}", hit_b, done * j * steps)
    _share(f"theta, {n} people x {j}, {kind}", hit_theta, done * n)


def _ratio_coverage(n: int, p: float, q: float) -> float:
    """Over every outcome of two groups of n, weighed by its chance."""
    mine, base = (binom.pmf(np.arange(n + 1), n, rate) for rate in (p, q))
    likely = [(x, y) for x in range(n + 1) for y in range(n + 1) if mine[x] * base[y] > 1e-6]
    held = (mine[x] * base[y] * rate_ratio_interval(x, n, y, n).holds(p / q) for x, y in likely)
    return float(sum(held)) / float(sum(mine[x] * base[y] for x, y in likely))


def coverage(quick: bool) -> None:
    runs = 10 if quick else 500
    _covered_items(500, 10, runs, None)
    if not quick:
        _covered_items(1000, 20, 100, None)
        for n in (20, 100):
            _covered_items(n, 10, runs, Priors(0.0, 1.0, 1.0, 0.3))
            _covered_items(n, 10, runs // 5, Priors(0.0, 0.8, 1.0, 0.3), steps=4)
    rng = np.random.default_rng(8)
    runs *= 4  # they cost little, and 500 data sets leave +-2% open
    for n in (10, 15, 30, 100):
        both = [rng.normal(size=(n, 1)) + rng.normal(size=(n, 4)) for _ in range(runs)]
        _share(f"Cronbach's alpha, {n} people", sum(cronbach_alpha(x).holds(0.8) for x in both), runs)
        hits = sum(krippendorff_alpha(x).holds(0.5) for x in both)
        _share(f"Krippendorff's alpha, {n} people", hits, runs)
    for n in (5, 8, 20) if quick else (5, 8, 20, 50, 100):
        for p, q in ((0.5, 0.5), (0.3, 0.5), (0.2, 0.4), (0.2, 0.2), (0.8, 0.8)):
            _share(f"impact ratio {p}/{q}, {n} a group, exactly", _ratio_coverage(n, p, q), 1)


# --- 7. false alarms ------------------------------------------------------------------------


def false_alarms(quick: bool) -> None:
    rng, j = np.random.default_rng(9), 10
    for n, runs in ((5, 200), (20, 150), (50, 80), (100, 50)):
        runs = 3 if quick else runs
        counts = dict.fromkeys(
            ("MH", "ordinal", "logistic", "does not discriminate", "noise", "four-fifths"), 0
        )
        focal = np.arange(2 * n) < n
        for _ in range(runs):
            a, b = rng.lognormal(0, 0.3, j), rng.normal(size=j)
            x = simulate_responses(Items.right_wrong(a, b), rng.normal(size=2 * n), rng)
            y = simulate_responses(Items.rubric(a, b, n_steps=3), rng.normal(size=2 * n), rng)
            counts["MH"] += sum(d.size != "A" for d in mantel_haenszel_dif(x, focal))
            counts["ordinal"] += sum(d.size != "A" for d in mantel_haenszel_dif(y, focal))
            counts["logistic"] += sum(d.size in ("B", "C") for d in logistic_dif(x, focal))
            noise = rng.integers(0, 2, (n, j)).astype(float)
            for i in range(j):
                said = discrimination_verdict(item_rest_correlation(x[:n], i), n)
                counts["does not discriminate"] += said == "does not discriminate"
                said = discrimination_verdict(item_rest_correlation(noise, i), n)
                counts["noise"] += said == "discriminates"
            chosen = rng.random(j * n) < 0.5
            rows = impact_ratios(chosen, np.arange(j * n) % j)
            counts["four-fifths"] += sum(row.verdict == "below four-fifths" for row in rows)
        rates = {name: hits / (runs * j) for name, hits in counts.items()}
        text = ", ".join(f"{name} {rate:.3f}" for name, rate in rates.items())
        say(f"  n = {n:3} a group: {text}", mark(max(rates.values()) <= 0.05))


PARTS: dict[str, Callable[[bool], None]] = {
    "references": references,
    "speed": speed,
    "streaming": streaming,
    "selection": selection,
    "assembly": assembly,
    "coverage": coverage,
    "alarms": false_alarms,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="every part, small")
    parser.add_argument("--only", nargs="+", choices=sorted(PARTS), default=list(PARTS))
    options = parser.parse_args()
    if options.quick:
        say("quick: everything small, so the marks mean little")
    for name in options.only:
        say(f"{name}")
        PARTS[name](options.quick)


if __name__ == "__main__":
    main()
