"""Tickets to a web shop's service desk, put together from phrases: a draw gives new ones at every call."""

import numpy as np

TEAMS = ("billing", "delivery", "returns", "account", "technical", "warranty", "orders", "privacy")

# Of each team: what a ticket is about, and what is wrong with it. Any two fit together.
_ABOUT = {
    "billing": (
        "the invoice, the last bill, the direct debit, the amount on my card statement, the VAT on the"
        " receipt, the reminder with a late fee, the charge from Monday, the instalment plan, the gift"
        " card balance, the bank transfer, the credit note"
    ),
    "delivery": (
        "the parcel, the courier, the tracking page, my shipment, the package for our office, the van"
        " driver, the pick-up point, the second box, the delivery slot, the pallet, the letter with the"
        " keys"
    ),
    "returns": (
        "the return label, the shoes that I sent back, the refund for the coat, the exchange for a larger"
        " size, the item in the return box, the lamp that I no longer want, the return form, the refused"
        " jacket, the collection of the sofa, the money for the returned set, the unopened chair"
    ),
    "account": (
        "my login, the password mail, the user name, the two-step code, the profile page, my customer"
        " number, the newsletter setting, the saved address, the business account, the sign-in with my"
        " phone, the locked account"
    ),
    "technical": (
        "the app, the checkout page, the search box, the camera scan, the shop's site, the filter on the"
        " list, the tablet version, the chat window, the coupon field, the download link, the payment"
        " screen"
    ),
    "warranty": (
        "the kettle, the zip of the jacket, the drill, the battery, the hinge of the door, the toaster,"
        " the seam of the tent, the motor of the fan, the screen of the watch, the chain of the bike, the"
        " pump"
    ),
    "orders": (
        "order 4410, my basket, the order from last night, the quantity, the colour that I chose, the"
        " pre-order, the order confirmation, the size in my order, the cancelled order, the item on the"
        " waiting list, the subscription box"
    ),
    "privacy": (
        "my personal data, the cookie banner, the copy of my data, the phone number in your files, the"
        " consent, the data protection officer, my purchase history, the tracking of visits, the address"
        " list, the recordings of calls, the deletion request"
    ),
}
_WRONG = {
    "billing": (
        "is too high, was taken twice, lacks our tax number, does not match the price, was paid weeks"
        " ago, shows the wrong currency, was declined by the bank, has been counted double, should be"
        " split, went to the old bank"
    ),
    "delivery": (
        "has not arrived, came to the neighbour, is three days late, was left in the rain, has not moved"
        " since Friday, went to the wrong street, rang at nobody's door, arrived half empty, never left"
        " the depot, is stuck at customs"
    ),
    "returns": (
        "has not been credited, came back to me, cannot be printed, was not collected, was refused at the"
        " post office, does not fit, should be swapped, went back ten days ago, is too small, was sent"
        " without a label"
    ),
    "account": (
        "does not work any more, never reaches my inbox, was changed by someone, belongs to my former"
        " firm, is blocked after three tries, asks for a code again and again, still shows my old name,"
        " has expired, cannot be merged, must be unlocked"
    ),
    "technical": (
        "crashes when I open it, shows a blank screen, loads for ever, gives error 502, freezes on my"
        " phone, ignores what I type, does not scroll, logs nothing but a red bar, vanished with the"
        " update, is broken in this browser"
    ),
    "warranty": (
        "stopped working after a year, broke at the first use, makes a grinding noise, leaks, gets far"
        " too hot, came apart, has a crack, will not charge, needs a spare part, died within the guarantee"
    ),
    "orders": (
        "should be changed before it is sent, was entered twice, has to be cancelled, is not what I"
        " picked, lacks one article, says sold out now, needs another colour, must be doubled, was never"
        " confirmed, contains an article that I did not choose"
    ),
    "privacy": (
        "should be deleted, was passed to a third party, is kept for too long, was never agreed to, must"
        " be shown to me, has been used for advertising, is wrong in your records, appears in a search"
        " engine, needs a written answer, was collected without asking"
    ),
}
_HELLO = "|Hello,|Good morning,|Dear team,|Hi,|To whom it may concern,|Second mail:|As said before,".split(
    "|"
)
_MORE = (
    "|Please help.|I have been a customer for years.|My colleague had the same last month.|This is urgent."
    "|The order page and the invoice say nothing about it.|I tried the app and the site.|I paid by card."
    "|Nobody answers the phone.|The parcel itself was fine.|What do I have to do?|I want my money back."
    "|Thank you.|Regards, Mia"
).split("|")


def _phrases(raw: str) -> list[str]:
    return [phrase.strip() for phrase in raw.split(", ")]


ABOUT = {team: _phrases(raw) for team, raw in _ABOUT.items()}
WRONG = {team: _phrases(raw) for team, raw in _WRONG.items()}


def draw(rng: np.random.Generator, n: int) -> tuple[list[str], np.ndarray]:
    """`n` tickets and the numbers of their teams in TEAMS."""
    teams, texts = rng.integers(0, len(TEAMS), n), []

    def one_of(phrases: list[str]) -> str:
        return phrases[rng.integers(len(phrases))]

    for team in teams:
        # One in seven describes the trouble in words that another team's tickets have.
        other = rng.integers(len(TEAMS)) if rng.random() < 1 / 7 else team
        core = f"{one_of(ABOUT[TEAMS[team]])} {one_of(WRONG[TEAMS[other]])}."
        parts = [one_of(_HELLO), core, one_of(_MORE), one_of(_MORE)]
        texts.append(" ".join(part for part in parts if part))
    return texts, teams
