"""`viva interview` and `viva ask`."""

from __future__ import annotations

import secrets
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from viva.app import Sitting, Viva


class For(StrEnum):
    """Whom answers are for."""

    peer = "peer"
    stakeholder = "stakeholder"


class LoopStep(StrEnum):
    """The steps of a loop that labs are for."""

    phone = "phone"
    live_coding = "live-coding"
    debugging = "debugging"
    system_design = "system-design"
    take_home = "take-home"
    deep_dive = "deep-dive"


AudienceOption = Annotated[For, typer.Option(help="Whom the answers are for.")]
AnswersOption = Annotated[
    Path | None,
    typer.Option(help="Take the answers from a YAML file.", exists=True, dir_okay=False),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the report as JSON and nothing else.")]


def add_to(root: typer.Typer) -> None:
    """Add the commands to the root."""
    root.command()(interview)
    root.command()(ask)


def interview(
    topic: Annotated[
        list[str] | None, typer.Option(help="Ask about this topic; give it again for several.")
    ] = None,
    minutes: Annotated[
        int | None, typer.Option(help="Time for it: 30, or 60 with labs.", min=1, max=480)
    ] = None,
    audience: AudienceOption = For.peer,
    labs: Annotated[bool, typer.Option("--labs", help="Give labs too, chosen to fit the time.")] = False,
    step: Annotated[
        list[LoopStep] | None, typer.Option(help="With labs: only those for this step; again for several.")
    ] = None,
    lab: Annotated[
        list[str] | None, typer.Option(help="Give this lab, by its id; again for several.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Fix the choice of questions.")] = None,
    adaptive: Annotated[
        bool, typer.Option("--adaptive", help="Choose each question by your answers; stop when sure enough.")
    ] = False,
    answers: AnswersOption = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the last open session.")] = False,
    session: Annotated[
        str | None, typer.Option(help="With --resume: this session (the start of its id).")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Take a timed mock interview: warm-up, labs, questions with probes, a transfer variant, a report.

    Nothing is lost when you stop (Ctrl-C) or the machine does: `viva interview --resume` goes on at the
    same turn.
    """
    from viva.app import open_session, resume_session
    from viva.bank import Audience
    from viva.doors.cli._wire import wired

    viva = wired()
    if resume or session:
        sitting = resume_session(viva, _which(viva, session))
    else:
        chosen, topics = secrets.randbelow(10**6) if seed is None else seed, tuple(topic or ())
        has_labs = labs or bool(step or lab)
        given = minutes or (60 if has_labs else 30)
        work = _labs(viva, given, chosen, topics, step or [], lab or []) if has_labs else ()
        sitting = open_session(
            viva, audience=Audience(audience.value), minutes=given, seed=chosen, topics=topics,
            adaptive=adaptive, labs=work,
        )  # fmt: skip
    talk_until_closed(viva, sitting, answers, json, command=f"viva interview --resume --session {sitting.id}")


def _labs(
    viva: Viva, minutes: int, seed: int, topics: tuple[str, ...], steps: list[LoopStep], ids: list[str]
) -> tuple[str, ...]:
    from viva.app.labs import choose_labs  # the sandboxes load when there are labs

    named = [step.value for step in steps]
    return choose_labs(viva, minutes=minutes, seed=seed, topics=topics, steps=named, ids=ids)


def ask(
    question: Annotated[str, typer.Argument(help="A question's id; see `viva bank list`.")],
    audience: AudienceOption = For.peer,
    answers: AnswersOption = None,
    json: JsonOption = False,
) -> None:
    """Answer one question and get its feedback."""
    from viva.app import open_session
    from viva.bank import Audience
    from viva.doors.cli._wire import wired

    viva = wired()
    sitting = open_session(
        viva, audience=Audience(audience.value), questions=(question,), single=True, minutes=30
    )
    talk_until_closed(viva, sitting, answers, json, command=f"viva interview --resume --session {sitting.id}")


def _which(viva: Viva, session: str | None) -> str:
    from viva.app import last_open_session
    from viva.exceptions import UnknownSession

    if session is not None:
        return viva.store.find(session)
    found = last_open_session(viva)
    if found is None:
        raise UnknownSession("no open session to resume; start one with `viva interview`")
    return found


def talk_until_closed(
    viva: Viva, sitting: Sitting, answers: Path | None, json: bool, *, command: str
) -> None:
    """Hold a session to its end in the terminal, then print its report. Exit status 130 when stopped."""
    from viva.app import report_of
    from viva.doors.cli._script import Script
    from viva.doors.cli._talk import Talk, make_console

    console = make_console(stderr=json)
    script = Script(answers) if answers else None
    try:
        sitting = Talk(viva, console, script=script).until_closed(sitting)
    except KeyboardInterrupt:
        console.print(f"\nNothing is lost. Go on with: {command}", soft_wrap=True)
        raise typer.Exit(130) from None
    report = report_of(viva, sitting.id, sitting.session)
    if json:
        typer.echo(report.model_dump_json(indent=2))
    elif sitting.session.settings.mode != "single":
        from viva.doors.cli._summary import print_report

        print_report(console, report)
