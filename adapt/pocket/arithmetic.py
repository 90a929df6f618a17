"""Sums in words: so many per unit times so many units, sharing out, and both in a row, each with its worked line.

The worked line spells out what a very small model cannot do in one go: a product of two numbers above ten is split
into tens and units.
"""

from chartered.adapt.pocket.lexicon import COUNTED, HOLDERS, MEASURES, Rng, pseudo_word, sentence
from chartered.domains.contract import Problem
from chartered.domains.prompts import answer_line


def worked_product(first: int, second: int) -> str:
    """The product by way of partial products: `15 x 23 = 10 x 23 + 5 x 23 = 230 + 115 = 345` and a full stop."""
    product = first * second
    tens, units = first - first % 10, first % 10
    if first <= 10 or second <= 10 or not units or not second % 10:
        return f"{first} x {second} = {product}."
    split = f"{tens} x {second} + {units} x {second}"
    return f"{first} x {second} = {split} = {tens * second} + {units * second} = {product}."


def worked_quotient(dividend: int, divisor: int) -> str:
    """A division without remainder: `1200 / 8 = 150` and a full stop."""
    return f"{dividend} / {divisor} = {dividend // divisor}."


def multiply(rng: Rng) -> Problem:
    """So many per unit, so many units."""
    first, second = factors(rng)
    thing, unit = rng.choice(COUNTED), rng.choice(MEASURES)
    holder, made = rng.choice(HOLDERS), pseudo_word(rng)
    asked, unit = rng.choice(
        (
            (f"Each {holder} holds {first} {thing}. How many {thing} are in {second} of them?", thing),
            (f"A {made} needs {first} {unit} per metre. It is {second} metres long. How much does it need?", unit),
            (f"The {made} costs {first} {unit} per piece. What do {second} pieces cost?", unit),
            (f"There are {second} {thing}. Give {first} {unit} for each. How many {unit} in all?", unit),
            (f"The plan is {first} {unit} per {holder}. There are {second}. Work out the total.", unit),
        )
    )
    said = rng.choice((f"{first} per unit for {second} units.", f"The need is {first} for each of {second}."))
    return _sum(asked, said, worked_product(first, second), first * second, unit, "multiply")


def divide(rng: Rng) -> Problem:
    """So many shared evenly, or used up over so many hours; there is never a remainder."""
    dividend, divisor = shares(rng)
    thing, unit, holder = rng.choice(COUNTED), rng.choice(MEASURES), rng.choice(HOLDERS)
    asked, unit = rng.choice(
        (
            (f"{dividend} {thing} are shared evenly by {divisor} people. How many does each get?", thing),
            (f"A tank gives off {dividend} {unit} over {divisor} hours. How much is that per hour?", unit),
            (f"Pack {dividend} {thing} into {divisor} equal {holder} loads. How many are in one?", thing),
            (f"{dividend} {unit} last for {divisor} days. What is used per day?", unit),
        )
    )
    said = rng.choice((f"{dividend} shared by {divisor}.", f"Divide {dividend} by {divisor}."))
    return _sum(asked, said, worked_quotient(dividend, divisor), dividend // divisor, unit, "divide")


def two_steps(rng: Rng) -> Problem:
    """A product that is then shared out."""
    divisor, share = rng.randint(2, 6), rng.randint(2, 40)
    second = rng.choice([n for n in range(2, 41) if (divisor * share) % n == 0] or [1])
    first, thing = divisor * share // second, rng.choice(COUNTED)
    asked = f"There are {second} loads of {first} {thing}, shared evenly by {divisor} people. How many does each get?"
    work = f"{worked_product(first, second)} {worked_quotient(divisor * share, divisor)}"
    return _sum(asked, f"{first} in each of {second}, then shared by {divisor}.", work, share, thing, "two_steps")


def factors(rng: Rng) -> tuple[int, int]:
    """Two factors, mostly up to 20 and up to 40; a larger one is a multiple of ten."""
    first = rng.randint(2, 20) if rng.random() < 0.85 else rng.randint(21, 60)
    second = rng.randint(2, 40) if rng.random() < 0.8 else 10 * rng.randint(1, 20)
    return (first, second) if rng.random() < 0.75 else (second, first)


def shares(rng: Rng) -> tuple[int, int]:
    """A dividend and a divisor from 2 to 12 without remainder; the quotient is at most 300, often round."""
    divisor = rng.choice((*range(2, 13), 2, 4, 5, 6, 8, 10))
    quotient = rng.choice((rng.randint(2, 99), rng.randint(2, 250), 5 * rng.randint(1, 50), 25 * rng.randint(1, 12)))
    return divisor * quotient, divisor


def drill(rng: Rng) -> str:
    """Several worked lines in a row, as a pupil's exercise sheet."""
    lines = []
    for _ in range(rng.randint(4, 8)):
        first, second = factors(rng)
        line = worked_product(first, second) if rng.random() < 0.65 else worked_quotient(*shares(rng))
        lines.append(line)
    return "\n".join(lines)


def _sum(asked: str, said: str, work: str, result: int, unit: str, kind: str) -> Problem:
    return Problem(
        prompt=({"role": "user", "content": sentence(asked)},),
        answer=str(result),
        kind=kind,
        domain="general",
        split="train",
        unit=unit,
        solution=f"{sentence(said)} {work}\n{answer_line(f'{result} {unit}')}",
    )
