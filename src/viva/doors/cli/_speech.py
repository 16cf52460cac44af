"""`viva speech doctor`, `viva speech fetch` and `viva transcribe`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from viva.speech import Delivery, Options, Readiness, Transcript

commands = typer.Typer(
    help="Answering out loud: which engine turns speech into words here, and where the sound goes.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
JsonOption = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]


def add_to(root: typer.Typer) -> None:
    """Add the commands to the root."""
    root.add_typer(commands, name="speech")
    root.command()(transcribe)


@commands.command()
def doctor(json: JsonOption = False) -> None:
    """Say which engine is at work, where the sound goes, and what the others need.

    In the browser its own recognition on the device comes before all of these. With no engine at all you
    record, play back and type.
    """
    from viva.app.speech import WHERE, speech_options
    from viva.doors.cli._plain import to_json
    from viva.speech import choose, examine

    options = speech_options()
    states = examine(options)
    chosen = next((s.engine for s in states if s.is_chosen), None)
    if chosen is None and options.engine not in ("auto", "none"):
        choose(options)  # raises what the engine that was asked for lacks
    at_work = chosen.at_work(options) if chosen else None
    if json:
        said = {"engine": at_work[0], "where": at_work[1]} if at_work else {"engine": None, "where": None}
        typer.echo(to_json(said | {"engines": [_state(s) for s in states]}))
        return
    if at_work:
        typer.echo(f"At work: {at_work[0]}. {WHERE[at_work[1]]}")
    else:
        typer.echo("No engine is at work: record, play back and type.")
    for state in states:
        mark = "*" if state.is_chosen else " "
        typer.echo(f"{mark} {state.engine.name:<13} {state.missing or 'ready'}")


def _state(state: Readiness) -> dict[str, Any]:
    return {
        "name": state.engine.name,
        "about": state.engine.about,
        "missing": state.missing,
        "is_chosen": state.is_chosen,
    }


@commands.command()
def fetch(
    engine: Annotated[str, typer.Option(help="moonshine or whisper.")] = "moonshine",
    model: Annotated[
        str,
        typer.Option(help="A name that the engine knows. [default: the engine's own]", show_default=False),
    ] = "",
) -> None:
    """Fetch an engine's model onto this machine, once; its own package does it. Nothing else is fetched."""
    from dataclasses import replace

    from viva.app.speech import speech_options
    from viva.exceptions import UsageError
    from viva.speech import find_engine

    found = find_engine(engine)
    if found.short not in ("moonshine", "whisper"):
        raise UsageError(f"{found.name} fetches no models; wanted: moonshine or whisper")
    options: Options = replace(speech_options(fetch=True), engine=found.name, model=model)
    if missing := found.missing(options):
        raise UsageError(f"{found.name}: {missing}")
    loaded = found.load(options)
    typer.echo(f"{loaded.name} is ready" + (f"; set VIVA_SPEECH_MODEL={model} to use it" if model else ""))


def transcribe(
    file: Annotated[Path, typer.Argument(help="A WAV file of up to an hour.", show_default=False)],
    json: JsonOption = False,
) -> None:
    """Turn a WAV file into words, and say how they were spoken.

    The words are an engine's guess: read them before you have them graded. Nothing is kept.
    """
    from viva.app.speech import WHERE, hear_wav, speech_options
    from viva.doors.cli._plain import to_json

    transcript, delivery = hear_wav(file, speech_options())
    if json:
        typer.echo(to_json({"transcript": _transcript(transcript), "delivery": _delivery(delivery)}))
        return
    typer.echo(transcript.text)
    unsure = [word.text for word in transcript.words if word.is_unsure]
    typer.echo(f"Words by {transcript.engine}. {WHERE[transcript.where]}", err=True)
    if unsure:
        typer.echo(f"Not sure of: {', '.join(unsure)}", err=True)
    for line in _facts(delivery):
        typer.echo(line, err=True)


def _transcript(transcript: Transcript) -> dict[str, Any]:
    return {
        "text": transcript.text, "engine": transcript.engine, "language": transcript.language,
        "where": transcript.where, "words": transcript.words,
    }  # fmt: skip


def _delivery(delivery: Delivery) -> dict[str, Any]:
    from dataclasses import fields

    named = {field.name: getattr(delivery, field.name) for field in fields(delivery)}
    return named | {
        "words_per_minute": delivery.words_per_minute,
        "fillers": dict(delivery.fillers),
        "repeated": dict(delivery.repeated),
    }


def _facts(delivery: Delivery) -> list[str]:
    pace = delivery.words_per_minute
    counted = [
        ("Fillers", delivery.fillers),
        ("Said twice in a row", delivery.repeated),
    ]
    return [
        f"{delivery.seconds:.1f} s, {delivery.speaking_seconds:.1f} s of it speaking"
        + (f", {pace:.0f} words a minute" if pace else ""),
        f"Pauses: {delivery.n_pauses}, {len(delivery.long_pauses)} of 2 s or more",
        *(f"{name}: {', '.join(f'{text} × {n}' for text, n in found)}" for name, found in counted if found),
    ]
