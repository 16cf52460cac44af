from __future__ import annotations

import numpy as np
import pytest

from tests.measure.reference import agreement, estimates, facets, needs_references, responses, rows
from viva.exceptions import MeasureError
from viva.measure import Fit, Model, abilities, analyze, fit, fit_facets, item_fit

pytestmark = needs_references

BINARY = ["lsat6", "lsat7", "abortion", "wirs", "verbagg_dich", "mathexam14w"]
ORDINAL = [("science4", "science4_mirt"), ("environment", "environment")]
ORDINAL += [("verbagg_poly3", "verbagg_poly3")]


@pytest.mark.parametrize("dataset", BINARY)
def test_two_parameter_estimates_equal_those_of_mirt(dataset: str) -> None:
    wanted, found = estimates(dataset, "2PL", "mirt"), fit(responses(dataset), model="2pl")
    assert found.log_likelihood == pytest.approx(wanted["logLik"][0], abs=1e-2)
    assert found.items.discrimination == pytest.approx(wanted["a"], abs=0.01)
    assert found.items.difficulty[:, 0] == pytest.approx(wanted["b"], abs=0.01)


@pytest.mark.parametrize("dataset", ["lsat6", "lsat7", "mathexam14w"])
def test_two_parameter_standard_errors_equal_those_of_mirt(dataset: str) -> None:
    wanted, found = estimates(dataset, "2PL", "mirt"), fit(responses(dataset), model="2pl")
    assert found.errors is not None
    assert found.errors.method == "observed"
    assert found.errors.discrimination == pytest.approx(wanted["se a"], rel=0.02)
    assert found.errors.difficulty[:, 0] == pytest.approx(wanted["se b"], rel=0.02)


@pytest.mark.parametrize("dataset", ["lsat6", "lsat7", "wirs"])
def test_one_parameter_estimates_equal_those_of_ltm(dataset: str) -> None:
    wanted, found = estimates(dataset, "1PL_commona", "ltm"), fit(responses(dataset), model="1pl")
    assert found.log_likelihood == pytest.approx(wanted["logLik"][0], abs=1e-2)
    assert np.ptp(found.items.discrimination) == 0
    assert found.items.discrimination[0] == pytest.approx(wanted["a"][0], abs=0.01)
    assert found.items.difficulty[:, 0] == pytest.approx(wanted["b"], abs=0.01)


@pytest.mark.parametrize(("dataset", "file"), ORDINAL)
@pytest.mark.parametrize(("model", "name"), [("grm", "GRM"), ("gpcm", "GPCM")])
def test_ordinal_estimates_equal_those_of_mirt(dataset: str, file: str, model: Model, name: str) -> None:
    wanted, found = estimates(dataset, name, "mirt"), fit(responses(file), model=model)
    assert found.log_likelihood == pytest.approx(wanted["logLik"][0], abs=1e-2)
    assert found.items.discrimination == pytest.approx(wanted["a"], abs=0.03)
    for step in range(found.items.difficulty.shape[1]):
        assert found.items.difficulty[:, step] == pytest.approx(wanted[f"b{step + 1}"], abs=0.03)


def test_partial_credit_matches_mirt_on_science() -> None:
    wanted = estimates("science4", "PCM", "mirt")["logLik"][0]
    assert fit(responses("science4_mirt"), model="pcm").log_likelihood == pytest.approx(wanted, abs=1e-2)


def _lsat7() -> Fit:
    return fit(responses("lsat7"), model="2pl")


def test_abilities_equal_those_of_mirt() -> None:
    wanted, fitted = estimates("lsat7", "2PL", "mirt"), _lsat7()
    people = responses("lsat7")[:5]
    eap, wle = (abilities(fitted.items, people, method=m) for m in ("eap", "wle"))
    assert eap.estimate == pytest.approx(wanted["EAP_person"], abs=1e-3)
    assert eap.standard_error == pytest.approx(wanted["se EAP_person"], abs=1e-3)
    assert wle.estimate == pytest.approx(wanted["WLE_person"], abs=2e-3)


def test_fit_and_information_equal_those_of_mirt() -> None:
    wanted, fitted = estimates("lsat7", "2PL", "mirt"), _lsat7()
    s_x2 = [each.s_x2 for each in item_fit(fitted.items, responses("lsat7"))]
    assert s_x2 == pytest.approx(wanted["S_X2"], abs=0.01)
    information = fitted.items.information([-2.0, -1, 0, 1, 2]).sum(axis=1)
    wanted_information = [wanted[f"testinfo@{t}"][0] for t in (-2, -1, 0, 1, 2)]
    assert information == pytest.approx(wanted_information, abs=1e-3)


def test_cronbach_alpha_equals_that_of_pingouin() -> None:
    alpha = analyze(responses("lsat6")).alpha
    assert alpha is not None
    assert alpha.estimate == pytest.approx(agreement("lsat6", "cronbach_alpha"), abs=1e-9)


@pytest.mark.parametrize(
    ("steps", "model"), [("common", "item+step+rater"), ("by_item", "item+item:step+rater")]
)
def test_rater_severities_equal_those_of_tam_on_essays(steps: str, model: str) -> None:
    table, wanted = rows("conquest_cqc03"), facets("conquest_cqc03", model)
    score = [[float(r[c].replace("NA", "nan")) for c in ("crit1", "crit2")] for r in table]
    found = fit_facets(
        np.array(score).ravel(),
        np.repeat([r["pid"] for r in table], 2),
        np.tile(["crit1", "crit2"], len(table)),
        {"rater": np.repeat([r["rater"] for r in table], 2)},
        steps=steps,  # type: ignore[arg-type]
    )
    severity = found.severities["rater"]
    assert severity.estimate == pytest.approx(
        [wanted["rater", f"rater{label}"] for label in severity.labels], abs=0.05
    )
    # TAM's default grid of 21 nodes on -6..6 cuts this wide ability off: ours must not be worse
    assert found.log_likelihood > wanted["logLik", "-"]


def test_rater_severities_equal_those_of_tam_on_seven_people() -> None:
    table, wanted = rows("guilford_creativity"), facets("guilford", "item+step+judge")
    traits = ["attack", "basis", "clarity", "daring", "enthusiasm"]
    found = fit_facets(
        np.array([[float(r[t]) - 1 for t in traits] for r in table]).ravel(),
        np.repeat([r["examinee"] for r in table], 5),
        np.tile(traits, len(table)),
        {"judge": np.repeat([r["judge"] for r in table], 5)},
    )
    judges = [wanted["judge", f"judge{label}"] for label in found.severities["judge"].labels]
    assert found.severities["judge"].estimate == pytest.approx(judges, abs=1e-3)
    # TAM's scale begins at a score that nobody gave, which moves its items and steps but not the fit
    assert found.log_likelihood == pytest.approx(wanted["logLik", "-"], abs=1e-2)
    assert found.ability_sd**2 == pytest.approx(wanted["variance", "theta"], abs=1e-3)


def test_three_facets_equal_those_of_tam() -> None:
    x, levels = responses("tam_sim_mfr"), rows("tam_sim_facets")
    wanted = facets("tam_sim_mfr", "item+step+rater+topic+female")
    names = ["rater", "topic", "female"]
    arguments = (
        x.ravel(),
        np.repeat(np.arange(len(x)), 5),
        np.tile(np.arange(5), len(x)),
        {name: np.repeat([r[name] for r in levels], 5) for name in names},
    )
    with pytest.raises(MeasureError, match="share no people"):
        fit_facets(*arguments)
    found = fit_facets(*arguments, by_chance=names)
    assert found.log_likelihood == pytest.approx(wanted["logLik", "-"], abs=1e-2)
    assert found.difficulty == pytest.approx([wanted["item", f"I{i}"] for i in range(1, 6)], abs=1e-3)
    for name in names:
        severity = found.severities[name]
        levels_wanted = [wanted[name, f"{name}{label}"] for label in severity.labels]
        assert severity.estimate == pytest.approx(levels_wanted, abs=1e-3)
