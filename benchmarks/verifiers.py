"""Checks a second on one core, of each verifier and way of answering, and seconds for a megabyte of hostile text.

Problems differ, so that what verifiers keep of gold answers and units is used as it is in training: each problem
answered by several responses. Rates are of processor time, the median over rounds, so other work on the machine counts
little.

    python benchmarks/verifiers.py [--problems 500] [--responses 4] [--rounds 5]
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable, Sequence

from chartered.domains import Problem, Verifier
from chartered.domains.verifiers import amount, choice, citation, expression, label, measure, number

WORK = "The dose is 15 mg for each kg, and the child weighs 20 kg.\nSo 15 x 20 is what is asked for.\n"
DRUGS = ["amoxicillin", "ibuprofen", "paracetamol", "warfarin", "insulin", "morphine", "lithium", "digoxin"]
LABELS = ("Entailment", "Contradiction", "NotMentioned")
HOSTILE = (
    "a",
    "A ",
    "1 ",
    "(",
    "{",
    " ",
    "\n",
    "Answer: 1\n",
    "the answer is ",
    "Based on x.\n",
    "not ",
    "\u0301\u0323",
)
TARGET = 20_000

Pair = tuple[Problem, str]
Draw = Callable[[random.Random], Problem]
Answer = Callable[[random.Random, Problem], str]


def problem(answer: str, unit: str | None = None, options: tuple[str, ...] = ()) -> Problem:
    """A problem whose wording plays no part."""
    turn = ({"role": "user", "content": "What is it?"},)
    return Problem(
        prompt=turn,  # type: ignore[arg-type]
        answer=answer,
        unit=unit,
        options=options,
        kind="k",
        domain="d",
        split="train",
    )


def dose(draw: random.Random) -> Problem:
    """So many milligrams, or a rate."""
    return problem(str(draw.randint(1, 9999) / 10), draw.choice(["mg", "mL/h", "mmol/L"]))


def question(draw: random.Random) -> Problem:
    """Five drugs to choose from."""
    options = tuple(draw.sample(DRUGS, 5))
    return problem(draw.choice(options), options=options)


def money(draw: random.Random) -> Problem:
    """An amount of a table."""
    return problem(str(draw.randint(-99999, 99999) / 10), draw.choice(["million", "thousand", "percent"]))


def energy(draw: random.Random) -> Problem:
    """A quantity with a compound unit."""
    return problem(str(draw.randint(1, 9999) / 10), draw.choice(["kJ/mol", "m s^-2", "eV"]))


def fraction(draw: random.Random) -> Problem:
    """A rational number."""
    return problem(f"{draw.randint(1, 99)}/{draw.randint(1, 99)}")


def entailment(draw: random.Random) -> Problem:
    """One of three labels."""
    return problem(draw.choice(LABELS), options=LABELS)


def case(draw: random.Random) -> Problem:
    """A case by volume and page."""
    return problem(f"{draw.randint(1, 500)} U.S. {draw.randint(1, 900)}")


def own(draw: random.Random, asked: Problem) -> str:
    """The gold answer with its unit."""
    return f"{asked.answer} {asked.unit or ''}"


def other(draw: random.Random, asked: Problem) -> str:
    """Another number in the same unit."""
    return f"{draw.randint(1, 9999) / 10} {asked.unit or ''}"


def letter(draw: random.Random, asked: Problem) -> str:
    """Any letter."""
    return draw.choice("ABCDE")


def lettered(draw: random.Random, asked: Problem) -> str:
    """Any letter and its text."""
    place = draw.randrange(len(asked.options))
    return f"{'ABCDE'[place]}) {asked.options[place]}"


def sentence(draw: random.Random, asked: Problem) -> str:
    """Any option in a sentence."""
    return f"it must be {draw.choice(asked.options)}"


SIDES: tuple[tuple[str, Verifier, Draw, Answer], ...] = (
    ("number, right", number, dose, own),
    ("number, any", number, dose, other),
    ("choice, letter", choice, question, letter),
    ("choice, letter and text", choice, question, lettered),
    ("choice, sentence", choice, question, sentence),
    ("label, letter and text", label, entailment, lettered),
    ("amount, right", amount, money, own),
    ("amount, any", amount, money, other),
    ("measure, right", measure, energy, own),
    ("measure, any", measure, energy, other),
    ("expression, rational", expression, fraction, own),
    ("citation, right", citation, case, own),
)


def pairs(draw_problem: Draw, answer: Answer, problems: int, responses: int) -> list[Pair]:
    """Problems, each with several responses, in the order in which they are checked."""
    draw = random.Random(7)
    asked = [draw_problem(draw) for _ in range(problems)]
    return [(one, f"{WORK}Answer: {answer(draw, one)}") for one in asked for _ in range(responses)]


def rate(verifier: Verifier, checked: Sequence[Pair]) -> float:
    """Checks a second of processor time in one round."""
    started = time.process_time()
    for one, response in checked:
        verifier(one, response)
    return len(checked) / (time.process_time() - started)


def slowest(verifier: Verifier, asked: Problem) -> tuple[float, str]:
    """The longest time that a megabyte of hostile text takes, and of what."""
    found = []
    for piece in HOSTILE:
        for head in ("", "Answer: "):
            text = head + piece * (10**6 // len(piece))
            started = time.process_time()
            verifier(asked, text)
            found.append((time.process_time() - started, head + piece))
    return max(found)


def main() -> None:
    """Measure and print, one line a side."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--problems", type=int, default=500)
    parser.add_argument("--responses", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    print(f"{'verifier, response':26} {'checks a second':>15} {'of 20,000':>9}  {'1 MB, longest':>13}")
    for name, verifier, draw_problem, answer in SIDES:
        checked = pairs(draw_problem, answer, given.problems, given.responses)
        rates = [rate(verifier, checked) for _ in range(given.rounds + 1)][1:]  # the first round loads what is lazy
        seconds, piece = slowest(verifier, checked[0][0])
        median = statistics.median(rates)
        print(f"{name:26} {median:15,.0f} {median / TARGET:9.2f}  {seconds:11.2f} s  of {piece!r}", flush=True)


if __name__ == "__main__":
    main()
