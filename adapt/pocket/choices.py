"""Multiple choice on everyday matters: what is stated, what marks belong to, where a reading lies, what to avoid."""

from chartered.adapt.pocket.lexicon import (
    COLOURS,
    GAUGES,
    OBJECTS,
    PLACES,
    Rng,
    distinct,
    listed,
    name,
    person,
    phrase,
    sentence,
)
from chartered.adapt.pocket.world import ACTIONS, CLASHES, THINGS
from chartered.domains.contract import Problem
from chartered.domains.prompts import answer_line


def stated(rng: Rng) -> Problem:
    """The answer stands in the question, word for word."""
    options = distinct(rng, rng.randint(2, 4), phrase)
    chosen, thing = rng.choice(options), f"{rng.choice(COLOURS)} {rng.choice(OBJECTS)}"
    asked = rng.choice(
        (
            f"The note on the {thing} says: {chosen}. What does the note say?",
            f"{person(rng)} asks for {chosen} at the {rng.choice(PLACES)}. What is asked for?",
            f"The label reads {chosen}. Which of these stands on the label of the {thing}?",
            f"Choose {chosen}.",
        )
    )
    said = rng.choice((f"The text says {chosen}.", f"It says {chosen}."))
    return _choice(rng, asked, said, chosen, options, "stated")


def looked_up(rng: Rng) -> Problem:
    """Made-up things with a mark each; which one has the mark?"""
    count = rng.randint(2, 3)
    options, kind = distinct(rng, count, name), rng.choice(list(THINGS))
    marks = rng.sample([mark for thing in THINGS[kind].values() for mark in thing], count)
    told = " ".join(sentence(f"the {option} {mark}") for option, mark in zip(options, marks, strict=True))
    chosen = rng.randrange(count)
    asked = rng.choice((f"{told} Which one {marks[chosen]}?", f"{told} Name the one that {marks[chosen]}."))
    return _choice(rng, asked, f"The {options[chosen]} {marks[chosen]}.", options[chosen], options, "looked_up")


def associated(rng: Rng) -> Problem:
    """Some marks of an everyday thing; which is it?"""
    kind = rng.choice(list(THINGS))
    options = rng.sample(list(THINGS[kind]), rng.choice((3, 4)))
    chosen = options[0]
    cues = listed(rng.sample(THINGS[kind][chosen], rng.choice((2, 3))))
    article = "an" if kind[0] in "aeiou" else "a"
    asked = rng.choice(
        (
            f"It is {article} {kind}. It {cues}. What is it?",
            f"{person(rng)} speaks of {article} {kind} that {cues}. Which one is it most likely?",
            f"Near the {rng.choice(PLACES)} there is something that {cues}. What is the most likely {kind}?",
            f"Which {kind} {cues}?",
            f"{person(rng)} tells of {article} {kind}. It {cues}. Which fits best?",
        )
    )
    said = rng.choice((f"Something that {cues} is most likely: {chosen}.", f"It {cues}. This fits {chosen}."))
    return _choice(rng, asked, said, chosen, options, "associated")


def acted(rng: Rng) -> Problem:
    """A small trouble at home or at work, and the first thing to do."""
    trouble = rng.choice(list(ACTIONS))
    chosen = ACTIONS[trouble]
    options = [chosen, *rng.sample([a for a in ACTIONS.values() if a != chosen], rng.choice((2, 3)))]
    asked = rng.choice(
        (
            f"{trouble}. What should be done first?",
            f"{person(rng)} is in the {rng.choice(PLACES)}. {trouble}. What is the best next step?",
            f"{trouble}. Which step comes first?",
        )
    )
    return _choice(rng, asked, f"{trouble}, so {chosen}.", chosen, options, "acted")


def ranged(rng: Rng) -> Problem:
    """A reading beside its usual range: low, normal or high."""
    low, high, reading = _reading(rng)
    gauge, (below, within, above) = rng.choice(GAUGES), rng.choice(_PLACES_IN_RANGE)
    why = _placed(low, high, reading)
    chosen = below if " below " in why else above if " above " in why else within
    asked = rng.choice(
        (
            f"The usual range of {gauge} is {low} to {high}. It is {reading} now. How is this reading?",
            f"{person(rng)} reads a {gauge} of {reading}. Usual is {low} to {high}. What does this mean?",
            f"A {gauge} of {reading} is found. The range is {low} to {high}. Which is right?",
        )
    )
    said = rng.choice((f"The usual range of {gauge} is {low} to {high}; {why}.", f"{sentence(why)}"))
    return _choice(rng, asked, said, chosen, [below, within, above], "ranged")


def compared(rng: Rng) -> str:
    """Several readings set beside their ranges, line by line."""
    lines = []
    for _ in range(rng.randint(4, 8)):
        low, high, reading = _reading(rng)
        lines.append(f"The range of {rng.choice(GAUGES)} is {low} to {high}; {_placed(low, high, reading)}.")
    return "\n".join(lines)


def _placed(low: str, high: str, reading: str) -> str:
    if float(reading) < float(low):
        return f"{reading} is below {low}"
    if float(reading) > float(high):
        return f"{reading} is above {high}"
    return f"{reading} is between {low} and {high}"


def ruled(rng: Rng) -> Problem:
    """A rule on what must be kept apart, given in the question or generally known; what must be avoided?"""
    if rng.random() < 0.4:
        chosen, with_what = rng.choice(list(CLASHES.items()))
        options, given = [chosen, *rng.sample([c for c in CLASHES if c != chosen], 2)], ""
    else:
        options, with_what = distinct(rng, rng.randint(2, 4), name), name(rng)
        chosen = rng.choice(options)
        given = rng.choice(
            (
                f"The {chosen} must not be stored with the {with_what}. ",
                f"Never put {chosen} near {with_what}. ",
                f"The rule is: keep {chosen} and {with_what} apart. ",
            )
        )
    asked = rng.choice(
        (
            f"{given}A shed holds {with_what}. Which must be avoided there?",
            f"{given}{person(rng)} has {with_what}. What should not be added?",
        )
    )
    said = rng.choice((f"Keep {chosen} away from {with_what}.", f"The {chosen} must not come near {with_what}."))
    return _choice(rng, asked, said, chosen, options, "ruled")


_PLACES_IN_RANGE = (
    ("low", "normal", "high"),
    ("below the range", "within the range", "above the range"),
    ("too low", "as usual", "too high"),
)


def _reading(rng: Rng) -> tuple[str, str, str]:
    """Low limit, high limit and a reading, as they are written; whole numbers, or one or two decimals."""
    decimals = rng.choice((0, 0, 1, 1, 2))
    low = rng.choice((rng.randint(2, 60), rng.randint(10, 300)))
    high = low + rng.randint(3, max(6, low))
    gap = rng.randint(1, max(3, (high - low)))
    reading = rng.choice((max(0, low - gap), rng.randint(low + 1, high - 1), high + gap))
    if reading in (low, high):
        reading = (low + high) // 2
    written = [f"{n / 10**decimals:.{decimals}f}" for n in (low, high, reading)]
    return written[0], written[1], written[2]


def _choice(rng: Rng, asked: str, said: str, chosen: str, options: list[str], kind: str) -> Problem:
    shuffled = rng.sample(options, len(options))
    return Problem(
        prompt=({"role": "user", "content": sentence(asked)},),
        answer=chosen,
        kind=kind,
        domain="general",
        split="train",
        options=tuple(shuffled),
        solution=f"{sentence(said)}\n{answer_line(chosen)}",
    )
