"""`viva study`, `viva study due` and `viva study plan`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from viva.doors.cli._interview import AnswersOption, AudienceOption, For, JsonOption

if TYPE_CHECKING:
    from rich.console import Console

    from viva.app import Sitting, Viva
    from viva.app.study import Aim
    from viva.bank import Audience

commands = typer.Typer(
    help="Practise what is about to be forgotten, towards the day of your interview.",
    invoke_without_command=True,
    rich_markup_mode=None,
)
ListJsonOption = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]


@commands.callback()
def study(
    context: typer.Context,
    minutes: Annotated[
        int | None,
        typer.Option(help="Time for this drill. [default: your plan's, else 30]", min=1, show_default=False),
    ] = None,
    new: Annotated[
        int | None,
        typer.Option(
            help="Criteria never met to add. [default: what your plan has for today, else 0]",
            min=0, show_default=False,
        ),
    ] = None,
    audience: AudienceOption = For.peer,
    answers: AnswersOption = None,
    json: JsonOption = False,
) -> None:  # fmt: skip
    """Say what is due and drill it: each criterion by its probe, or in a new situation once you know it.

    The grade comes from the verdict on your words. "I don't know yet" is a fine answer: it opens the
    lesson, and the criterion comes back. Stop with Ctrl-C; `viva study` goes on where you were.
    """
    if context.invoked_subcommand is not None:
        return
    from viva.app.study import aim_of, study_now
    from viva.bank import Audience
    from viva.doors.cli._study_show import print_standing
    from viva.doors.cli._talk import make_console
    from viva.doors.cli._wire import wired

    viva = wired()
    aim = aim_of(viva)
    console = make_console(stderr=json)
    n_new = _n_new(viva) if new is None else new
    sitting = _begin(viva, Audience(audience.value), minutes or (aim.minutes if aim else 30), n_new)
    if sitting is None:
        print_standing(console, study_now(viva))
        console.print("Meet new criteria with `viva study --new 5`, or a whole question with `viva ask`.")
        return
    _drill(viva, console, sitting, n_new, answers, json)


def _n_new(viva: Viva) -> int:
    """How many new criteria the plan has for today; 0 without an interview ahead."""
    from viva.app.study import aim_of, new_today

    aim = aim_of(viva)
    ahead = aim is not None and aim.interview >= viva.now().astimezone().date()
    return new_today(viva, aim) if aim is not None and ahead else 0


def _begin(viva: Viva, audience: Audience, minutes: int, new: int) -> Sitting | None:
    from viva.app import resume_session
    from viva.app.drill import open_drill, unfinished_drill

    if (id := unfinished_drill(viva)) is not None:
        return resume_session(viva, id)
    return open_drill(viva, audience=audience, minutes=minutes, new=new)


def _drill(
    viva: Viva, console: Console, sitting: Sitting, new: int, answers: Path | None, json: bool
) -> None:
    from viva.app import report_of
    from viva.app.study import study_now
    from viva.doors.cli._drill import Drill
    from viva.doors.cli._script import Script
    from viva.doors.cli._study_show import print_standing

    script = Script(answers) if answers else None
    print_standing(console, study_now(viva))
    try:
        sitting = Drill(viva, console, script=script, new=new).until_closed(sitting)
    except KeyboardInterrupt:
        console.print("\nNothing is lost. Go on with: viva study")
        raise typer.Exit(130) from None
    if json:
        typer.echo(report_of(viva, sitting.id, sitting.session).model_dump_json(indent=2))
        return
    console.print(f"\nDone: {sitting.session.closed_reason}, {len(sitting.session.turns)} asked.")
    print_standing(console, study_now(viva))


@commands.command()
def due(json: ListJsonOption = False) -> None:
    """Show what is due now: the criterion, how likely you would recall it, and how it is practised."""
    from viva.app.study import study_now
    from viva.doors.cli._plain import to_json
    from viva.doors.cli._study_show import due_as_json, print_due
    from viva.doors.cli._talk import make_console
    from viva.doors.cli._wire import wired

    viva = wired()
    now = study_now(viva)
    if json:
        typer.echo(to_json(due_as_json(now)))
        return
    print_due(make_console(), now)


@commands.command()
def plan(
    date: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day of the interview. [default: the one set before]"),
    ] = None,
    minutes: Annotated[
        int | None, typer.Option(help="Minutes a day. [default: as before, else 30]", min=1, max=24 * 60)
    ] = None,
    topic: Annotated[
        list[str] | None, typer.Option(help="Take new criteria from this topic; again for several.")
    ] = None,
    forget: Annotated[bool, typer.Option("--forget", help="Forget the date; what you know stays.")] = False,
    json: ListJsonOption = False,
) -> None:
    """Plan the days up to an interview, and remember its date.

    Every criterion that comes due has a place; a day that takes more than its minutes says so. The plan is
    made anew each time from what really happened, and foretells that reviews go well.
    """
    from viva.app.study import aim_of, forget_aim, keep_aim, plan_towards
    from viva.doors.cli._plain import to_json
    from viva.doors.cli._study_show import plan_as_json, print_plan
    from viva.doors.cli._talk import make_console
    from viva.doors.cli._wire import wired

    viva = wired()
    if forget:
        forget_aim(viva)
        typer.echo("The date is forgotten; `viva study` asks for what is due as before.")
        return
    aim = _aim(aim_of(viva), date, minutes, topic)
    made = plan_towards(viva, aim)
    keep_aim(viva, aim)
    if json:
        typer.echo(to_json(plan_as_json(made)))
    else:
        print_plan(make_console(), made)


def _aim(known: Aim | None, date: dt.datetime | None, minutes: int | None, topics: list[str] | None) -> Aim:
    """The aim with what was given on the command line put in."""
    from viva.app.study import DEFAULT_MINUTES, Aim
    from viva.exceptions import InputError

    if date is not None:
        interview = date.date()
    elif known is not None:
        interview = known.interview
    else:
        raise InputError("no interview date is set; give one: `viva study plan --date 2030-05-31`")
    return Aim(
        interview=interview,
        minutes=minutes or (known.minutes if known else DEFAULT_MINUTES),
        topics=tuple(topics) if topics else (known.topics if known else ()),
    )
