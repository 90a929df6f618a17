"""Plain paragraphs on everyday things, for language modelling."""

from chartered.adapt.pocket.lexicon import (
    COLOURS,
    JOBS,
    MATERIALS,
    NAMES,
    OBJECTS,
    PLACES,
    Rng,
    distinct,
    listed,
    person,
    phrase,
    pseudo_word,
    sentence,
)
from chartered.adapt.pocket.world import ACTIONS, CLASHES, THINGS


def paragraph(rng: Rng) -> str:
    """One paragraph: what a thing is like, a small story, some advice, or new words explained."""
    return rng.choice((described, described, told, advised, explained))(rng)


def described(rng: Rng) -> str:
    """The marks of an everyday thing."""
    kind = rng.choice(list(THINGS))
    thing = rng.choice(list(THINGS[kind]))
    marks = rng.sample(THINGS[kind][thing], len(THINGS[kind][thing]))
    first = rng.choice((f"What is a {thing}? It is a {kind}.", f"The {thing} is a {kind}.", f"{thing}: a {kind}."))
    again = rng.choice((f"So a {kind} that {marks[0]} is most likely: {thing}.", f"This is how to know a {thing}."))
    return f"{sentence(first)} It {listed(marks[:2])}. It also {listed(marks[2:])}. {again}"


def told(rng: Rng) -> str:
    """Somebody goes somewhere, finds something and gives it away."""
    who, other = rng.sample(NAMES, 2)
    thing = f"{rng.choice(COLOURS)} {rng.choice(MATERIALS)} {rng.choice(OBJECTS)}"
    place, next_place = rng.sample(PLACES, 2)
    return rng.choice(
        (
            f"{who} is a {rng.choice(JOBS)} and works at the {place}. One morning {who} found a {thing} near the door. "
            f"It belonged to {other}, so {who} carried it to the {next_place}. {other} was glad and said thank you.",
            f"{sentence(person(rng)).rstrip('.,')} walked from the {place} to the {next_place}. On the way there was a "
            f"{thing} in the grass. Nobody knew whose it was. In the evening {other} came and asked for the {thing}.",
            f"{who} and {other} met at the {place}. They had {rng.randint(2, 9)} hours before the last train. "
            f"First they looked for a {thing}, then they went on to the {next_place} and ate bread and soup.",
        )
    )


def advised(rng: Rng) -> str:
    """What to do in two small troubles, and what to keep apart."""
    (one, do), (two, also) = rng.sample(list(ACTIONS.items()), 2)
    left, right = rng.choice(list(CLASHES.items()))
    return f"{one}. The first step: {do}. {two}. Then {also}. {sentence(f'{left} must not come together with {right}')}"


def explained(rng: Rng) -> str:
    """New words, each said more than once, so that the model learns to repeat what it has read."""
    words = [pseudo_word(rng) for _ in range(rng.randint(2, 4))]
    rng.shuffle(words)
    told_of = " ".join(f"A {word} is a {rng.choice(MATERIALS)} {rng.choice(OBJECTS)}." for word in words)
    order = rng.sample(words, len(words))
    return (
        f"These are new words: {listed(words)}. {told_of} Say them again: {listed(words)}. Now mixed: {listed(order)}."
    )


def repeated(rng: Rng) -> str:
    """A list of random names and phrases, then the same list again, once or twice, in the same or in another order."""
    parts = distinct(rng, rng.randint(2, 6), phrase)
    again = [rng.sample(parts, len(parts)) if rng.random() < 0.3 else parts for _ in range(rng.randint(1, 2))]
    mark = rng.choice((", ", "; ", "\n"))
    return "\n".join(mark.join(part) for part in (parts, *again))
