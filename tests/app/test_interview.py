from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Clock
from viva.app import (
    Settings,
    Viva,
    add_pack,
    answer,
    ask_next,
    contest_verdict,
    draft_of,
    give_confidence,
    grade_response,
    keep_draft,
    last_open_session,
    open_session,
    regrade_turn,
    report_of,
    resume_session,
)
from viva.bank import Audience, content_folder
from viva.exceptions import ContentError, IllegalMove, InputError, UnknownQuestion, UsageError
from viva.session import State


def whole_turn(viva: Viva, sitting, text: str = "I would hold out data", confidence: int | None = 50):  # type: ignore[no-untyped-def]
    sitting = answer(viva, ask_next(viva, sitting), text)
    return grade_response(viva, give_confidence(viva, sitting, confidence))


def test_an_answer_is_durable_before_it_is_judged(viva: Viva) -> None:
    sitting = ask_next(viva, open_session(viva, seed=1))
    answer(viva, sitting, "  my words\n")
    again = viva.store.load(sitting.id)
    assert again.state is State.ANSWERED
    assert again.turn.response == "  my words\n"


def test_confidence_comes_before_the_verdict(viva: Viva) -> None:
    sitting = answer(viva, ask_next(viva, open_session(viva, seed=1)), "my words")
    with pytest.raises(IllegalMove, match="ConfidenceGiven"):
        grade_response(viva, sitting)


def test_a_session_goes_on_at_the_same_turn_and_time_away_is_free(viva: Viva, clock: Clock) -> None:
    sitting = ask_next(viva, open_session(viva, seed=1))
    keep_draft(viva, sitting, "half a")
    clock.forward(7200)
    assert last_open_session(viva) == sitting.id
    back = resume_session(viva, sitting.id)
    assert draft_of(viva, back) == "half a"
    clock.forward(40)
    assert answer(viva, back, "half a thought more").session.elapsed_seconds == 40


def test_a_single_question_closes_after_its_answer(viva: Viva) -> None:
    sitting = whole_turn(viva, open_session(viva, questions=("rag",), single=True))
    assert sitting.session.turn.asked.question == "rag"
    assert ask_next(viva, sitting).session.state is State.CLOSED


def test_what_does_not_exist_is_refused_before_anything_is_written(viva: Viva) -> None:
    with pytest.raises(UnknownQuestion):
        open_session(viva, questions=("nope",))
    with pytest.raises(UsageError, match=r"no topic 'cooking' in the bank; wanted: .*applied"):
        open_session(viva, topics=("cooking",))
    assert viva.store.n_sessions() == 0


def test_a_variant_is_judged_against_its_own_key(viva: Viva) -> None:
    sitting = open_session(viva, questions=("overfitting",), minutes=4)
    while sitting.session.state is not State.CLOSED:
        sitting = ask_next(viva, sitting)
        if sitting.session.state is State.ASKED:
            sitting = grade_response(viva, give_confidence(viva, answer(viva, sitting, "held out data"), 10))
    last = sitting.session.turn
    assert last.asked.step == "variant"
    variant = viva.bank.question("overfitting").variant(last.asked.variant or "")
    assert last.scorecard is not None
    assert {v.criterion for v in last.scorecard.verdicts} == {c.id for c in variant.criteria}


def test_the_report_joins_back_to_every_word_and_measures_confidence(viva: Viva) -> None:
    text = "bias is error from a model too simple;\n\nvariance is how much it changes   between samples — ok"
    sitting = whole_turn(viva, open_session(viva, questions=("bias-variance",)), text, 90)
    report = report_of(viva, sitting.id, sitting.session)
    turn = report.turns[0]
    assert "".join(s.text for s in turn.transcript) == text
    assert any(s.marks for s in turn.transcript)
    assert turn.score is not None
    assert report.brier == pytest.approx((0.9 - turn.score / 10) ** 2, abs=1e-4)
    assert report.overconfidence == pytest.approx(90 - 10 * turn.score, abs=1e-2)


def test_a_contested_verdict_is_kept_and_can_be_regraded(viva: Viva) -> None:
    sitting = whole_turn(viva, open_session(viva, questions=("rag",)))
    criterion = viva.bank.question("rag").criteria[0].id
    sitting = contest_verdict(viva, sitting, 0, criterion, "I did say that")
    sitting = regrade_turn(viva, sitting, 0)
    turn = viva.store.load(sitting.id).turns[0]
    assert [c.words for c in turn.contests] == ["I did say that"]
    assert len(turn.scorecards) == 2


def test_an_answer_too_long_to_judge_is_refused_and_the_turn_stays_open(viva: Viva) -> None:
    sitting = ask_next(viva, open_session(viva, audience=Audience.STAKEHOLDER))
    with pytest.raises(InputError, match="at most 20,000"):
        answer(viva, sitting, "w" * 20_001)
    assert viva.store.load(sitting.id).state is State.ASKED


def pack_folder(tmp_path: Path) -> Path:
    source = content_folder() / "foundations" / "overfitting.yaml"
    to = tmp_path / "acme" / "foundations" / "overfitting.yaml"
    to.parent.mkdir(parents=True)
    to.write_text(source.read_text("utf-8"), "utf-8")
    return tmp_path / "acme"


def test_a_pack_is_added_under_its_name_and_replaced_whole(viva: Viva, tmp_path: Path) -> None:
    folder = pack_folder(tmp_path)
    assert add_pack(viva, str(folder), name="acme") == 1
    assert add_pack(viva, str(folder), name="acme") == 1
    again = Viva(viva.settings)
    assert [q.id for q in again.bank if "/" in q.id] == ["acme/overfitting"]
    sitting = whole_turn(again, open_session(again, questions=("acme/overfitting",), single=True))
    assert sitting.session.turn.asked.question == "acme/overfitting"


def test_a_broken_pack_leaves_the_old_one(viva: Viva, tmp_path: Path) -> None:
    folder = pack_folder(tmp_path)
    add_pack(viva, str(folder), name="acme")
    (folder / "foundations" / "overfitting.yaml").write_text("format: 1\n")
    with pytest.raises(ContentError):
        add_pack(viva, str(folder), name="acme")
    assert "acme/overfitting" in Viva(viva.settings).bank.paths
    with pytest.raises(InputError, match="no such folder"):
        add_pack(viva, str(tmp_path / "nowhere"), name="other")


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VIVA_HOME", str(tmp_path))
    monkeypatch.setenv("VIVA_LOG_JSON", "true")
    assert Settings().store == tmp_path / "viva.db"
    assert Settings().log_json
