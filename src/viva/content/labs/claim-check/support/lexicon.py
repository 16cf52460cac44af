"""Words for the lab: use what you need. All in lower case, in their plain form unless listed otherwise."""

# Words that say little about what a sentence is about.
STOP = frozenset(
    """a an the and or but of to in on at by for from with since until while up down off it its he she they
    her his their this that these those is are was were be been being am has have had do does did will would
    might could shall should there as so than then who which what when where into out over also only about
    during any all each every per some most very own other once""".split()
)

NEGATIONS = frozenset("not no never none nobody nothing neither nor cannot without".split())

# Words that mean nearly the same here.
SAME = [
    {"build", "built", "construct", "constructed", "building"},
    {"manage", "managed", "run", "runs", "lead", "led", "head", "headed", "keep", "kept"},
    {"borrow", "lend", "lends"},
    {"begin", "begins", "began", "start", "starts", "started"},
    {"publish", "published", "release", "came"},
    {"injured", "hurt"},
    {"leave", "left", "depart", "departed"},
    {"buy", "bought", "purchase", "purchased", "buyer"},
    {"discover", "discovered", "find", "finds", "found"},
    {"mistake", "mistakes", "error", "errors"},
    {"orbit", "orbits", "circle", "circles"},
    {"make", "made", "manufacture", "manufactured"},
    {"finish", "finished", "complete", "completed"},
    {"write", "wrote", "written", "compose", "composed"},
    {"turn", "turned", "convert", "converted"},
    {"check", "checks", "inspect", "inspects"},
    {"fridge", "refrigerator"},
    {"need", "needs", "require", "requires"},
    {"founded", "establish", "established"},
    {"win", "won", "wins"},
    {"protected", "protection"},
    {"station", "plant"},
    {"rent", "rents"},
    {"freeze", "frozen"},
    {"want", "wants", "like"},
    {"grow", "grew", "rise", "rose", "risen", "increase", "increased", "raise", "raised"},
    {
        "fall",
        "fell",
        "fallen",
        "drop",
        "dropped",
        "decrease",
        "decreased",
        "reduce",
        "reduced",
        "lower",
        "lowered",
    },
    {"allow", "allowed", "permit", "permitted"},
    {"forbid", "forbidden", "ban", "banned", "prohibited"},
    {"close", "closed", "closes", "shut"},
    {"open", "opens", "opened"},
    {"lose", "lost", "missing"},
    {"fewer", "less"},
    {"may", "can", "could"},
]

# Pairs of opposites; a word stands for all that mean the same.
OPPOSITE = [
    ("rise", "fall"),
    ("allow", "forbid"),
    ("open", "close"),
    ("more", "fewer"),
    ("long", "short"),
    ("longer", "shorter"),
    ("faster", "slower"),
    ("success", "failure"),
    ("free", "pay"),
    ("early", "late"),
    ("win", "lose"),
]

NUMBER_WORDS = {
    word: n
    for n, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
        " sixteen seventeen eighteen nineteen twenty".split()
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}

SCALES = {"thousand": 1_000, "million": 1_000_000}

# Each unit with what it measures, and its size in the smallest unit of that.
UNITS = {
    "second": ("time", 1),
    "minute": ("time", 60),
    "hour": ("time", 3_600),
    "day": ("time", 86_400),
    "week": ("time", 604_800),
    "month": ("time", 2_629_800),
    "year": ("time", 31_557_600),
    "millimetre": ("length", 1),
    "centimetre": ("length", 10),
    "foot": ("length", 304.8),
    "metre": ("length", 1_000),
    "kilometre": ("length", 1_000_000),
    "gram": ("weight", 1),
    "kilogram": ("weight", 1_000),
    "tonne": ("weight", 1_000_000),
    "percent": ("share", 1),
    "%": ("share", 1),
}
PLURALS = {"feet": "foot"} | {unit + "s": unit for unit in UNITS if unit not in ("percent", "%", "foot")}

# A full stop after these does not end a sentence.
ABBREVIATIONS = frozenset({"dr", "mr", "mrs", "st", "no", "e.g", "i.e", "approx", "vs"})
