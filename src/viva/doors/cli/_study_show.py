"""What the commands of study print, for people and as JSON."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from viva.app.study import StudyNow
from viva.study import Day, Plan

N_SHOWN = 12
"""So many exercises are listed; the rest are counted."""


def print_due(console: Console, now: StudyNow) -> None:
    """What is due, exercise by exercise, with the chance of recalling each criterion."""
    print_standing(console, now)
    chances = {(d.card.question, d.card.criterion): d.retrievability for d in now.due}
    for exercise in now.exercises[:N_SHOWN]:
        how = f"{exercise.way.value}, {exercise.minutes:g} min"
        console.print(f" {exercise.question} ({how}{f': {exercise.variant}' if exercise.variant else ''})")
        for criterion in exercise.criteria:
            chance = chances[exercise.question, criterion]
            console.print(f"   {criterion.replace('-', ' ')}: {100 * chance:.0f} in 100 to recall it")
    if len(now.exercises) > N_SHOWN:
        console.print(f" and {len(now.exercises) - N_SHOWN} more")


def print_standing(console: Console, now: StudyNow) -> None:
    """One or two lines: what is due, what is known, what comes next."""
    known = f"{now.n_learned} of {now.n_cards} criteria known when last asked"
    if now.due:
        console.print(f"{len(now.due)} due, about {now.minutes:g} minutes; {known}.")
    elif now.next_due is not None:
        console.print(f"Nothing is due until {now.next_due.astimezone():%Y-%m-%d %H:%M}; {known}.")
    else:
        console.print("Nothing met yet, so nothing is due.")


def print_plan(console: Console, made: Plan) -> None:
    table = Table(box=None, pad_edge=False)
    for name in ("day", "minutes", "reviews", "new", "what"):
        table.add_column(name, justify="left" if name in ("day", "what") else "right")
    for day in made.days:
        n_new = sum(p.is_new for p in day.placed)
        over = f" ({day.over:g} over)" if day.over else ""
        table.add_row(
            f"{day.date:%a %Y-%m-%d}", f"{day.minutes:g}{over}", str(len(day.placed) - n_new), str(n_new),
            _what(day),
        )  # fmt: skip
    console.print(table)
    console.print(
        f"Interview on {made.interview:%A %Y-%m-%d}. If reviews go well you will recall about "
        f"{made.recalled:.0f} of {made.n_cards} criteria there."
    )
    if made.skipped:
        console.print(f"No room to repeat {len(made.skipped)} once more before the day.")
    if made.left_out:
        console.print(
            f"No room for {len(made.left_out)} further criteria; more minutes or topics would help."
        )


def _what(day: Day) -> str:
    questions = list(dict.fromkeys(p.card.question for p in day.placed))
    more = f" and {len(questions) - 3} more" if len(questions) > 3 else ""
    return ", ".join(questions[:3]) + more


def due_as_json(now: StudyNow) -> dict[str, object]:
    return {
        "at": now.now.isoformat(),
        "n_due": len(now.due),
        "minutes": now.minutes,
        "n_criteria": now.n_cards,
        "n_known": now.n_learned,
        "next_due": now.next_due.isoformat() if now.next_due else None,
        "due": [
            {
                "question": d.card.question,
                "criterion": d.card.criterion,
                "level": d.level.value,
                "since": d.memory.due.isoformat(),
                "chance_of_recall": round(d.retrievability, 4),
                "stability_days": round(d.memory.stability, 3),
                "n_reviews": d.memory.n_reviews,
                "n_lapses": d.memory.n_lapses,
                "sure_and_wrong": d.memory.is_sure_and_wrong,
            }
            for d in now.due
        ],
        "exercises": [
            {"way": e.way.value, "question": e.question, "variant": e.variant, "criteria": e.criteria,
             "minutes": e.minutes}
            for e in now.exercises
        ],
    }  # fmt: skip


def plan_as_json(made: Plan) -> dict[str, object]:
    return {
        "interview": made.interview.isoformat(),
        "minutes_a_day": made.minutes,
        "recalled_at_interview": round(made.recalled, 2),
        "n_criteria": made.n_cards,
        "days": [
            {
                "date": day.date.isoformat(),
                "minutes": day.minutes,
                "over": day.over,
                "criteria": [
                    {"question": p.card.question, "criterion": p.card.criterion, "way": p.way.value,
                     "variant": p.variant, "minutes": p.minutes, "new": p.is_new}
                    for p in day.placed
                ],
            }
            for day in made.days
        ],
        "skipped": [c._asdict() for c in made.skipped],
        "left_out": [c._asdict() for c in made.left_out],
    }  # fmt: skip
