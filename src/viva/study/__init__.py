"""What to practise when: memory of each criterion, exercises that are due, a plan to the interview."""

from viva.study._exercise import (
    MINUTES,
    NEW_MINUTES,
    Due,
    Exercise,
    due_at,
    exercises_for,
    level_of,
    variant_for,
)
from viva.study._memory import COMES_BACK, RETENTION, Memory, memories_of, review
from viva.study._plan import Day, Placed, Plan, days_left, new_cards, plan_days
from viva.study._review import (
    CREDIT,
    GRADES,
    TRANSFER_GRADES,
    CardId,
    Grade,
    Review,
    Way,
    reviews_of,
)

__all__ = [
    "COMES_BACK",
    "CREDIT",
    "GRADES",
    "MINUTES",
    "NEW_MINUTES",
    "RETENTION",
    "TRANSFER_GRADES",
    "CardId",
    "Day",
    "Due",
    "Exercise",
    "Grade",
    "Memory",
    "Placed",
    "Plan",
    "Review",
    "Way",
    "days_left",
    "due_at",
    "exercises_for",
    "level_of",
    "memories_of",
    "new_cards",
    "plan_days",
    "review",
    "reviews_of",
    "variant_for",
]
