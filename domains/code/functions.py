"""Small functions from templates: source, description, inputs, and bugs that the tests tell from the right source."""

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from textwrap import indent
from typing import Any

from chartered.domains.authoring import Level, generator, shipped_facts, split_of
from chartered.domains.contract import Problem, Split

DOMAIN = "code"
DATA = Path(__file__).parent / "data"
LICENCE = "Apache-2.0"
WHOLE = "Give the whole function in one block that begins with ```python and ends with ```."
TESTS = 8
"""Calls that a problem's tests make."""
_CANDIDATES = 60
_WORDS = "a an red blue stone river lamp tree quiet evening to of in letter number garden ox zebra jazz mist"

Call = tuple[Any, ...]
"""The arguments of a call."""


@dataclass(frozen=True, kw_only=True)
class Function:
    """A function made from a template, which has its name, and one value."""

    name: str
    k: int
    level: Level
    says: str
    args: str
    source: str
    inputs: str
    bugs: tuple[str, ...]
    """Sources that are wrong, each in one place."""

    @property
    def split(self) -> Split:
        """All problems about one function are in one split."""
        return split_of("code", self.name, self.k, one_in=5)

    def calls(self, *key: object, n: int = TESTS) -> list[Call]:
        """Arguments that tell every bug, then others that differ in what comes of them; the same for the same key."""
        rng = generator("code", self.name, self.k, *key)
        candidates = [INPUTS[self.inputs](rng, self.k) for _ in range(_CANDIDATES)]
        first = [next((c for c in candidates if result(bug, c) != result(self.source, c)), None) for bug in self.bugs]
        telling = [call for call in first if call is not None]
        return list({repr(call): call for call in [*telling, *unlike(self, candidates)]}.values())[:n]

    def problem(
        self,
        kind: str,
        asked: str,
        *,
        answer: str,
        solution: str,
        options: tuple[str, ...] = (),
        tests: str | None = None,
    ) -> Problem:
        """A problem about this function."""
        return Problem(
            prompt=({"role": "user", "content": asked},),
            answer=answer,
            kind=kind,
            domain=DOMAIN,
            split=self.split,
            options=options,
            tests=tests,
            groups={"difficulty": self.level},
            solution=solution,
        )

    def program_problem(self, kind: str, asked: str, why: str) -> Problem:
        """A problem whose answer is this function, or any that passes its tests."""
        solution, tests = f"{why}\n{block(self.source)}", asserts(self, self.calls("tests"))
        return self.problem(kind, f"{asked}\n{WHOLE}", answer=self.source, solution=solution, tests=tests)


@cache
def functions() -> tuple[Function, ...]:
    """All functions, template by template."""
    return tuple(_function(row, k) for row in shipped_facts(DATA / "functions.yaml") for k in row["k"])


@cache
def run(source: str) -> Callable[..., Any]:
    """The function that a source of this plugin's own templates defines; never code of anybody else."""
    names: dict[str, Any] = {}
    exec(source, names)
    function: Callable[..., Any] = next(value for name, value in names.items() if name != "__builtins__")
    return function


def result(source: str, call: Call) -> str:
    """What a call gives, as it is written in Python; the name of the exception where it raises."""
    try:
        return repr(run(source)(*copy.deepcopy(call)))
    except Exception as error:  # a bug may raise anything
        return type(error).__name__


def block(source: str) -> str:
    """A program as it stands in a question or a response."""
    return f"```python\n{source.rstrip()}\n```"


def written(name: str, call: Call) -> str:
    """A call as it stands in a program."""
    return f"{name}({', '.join(map(repr, call))})"


def asserts(function: Function, calls: Sequence[Call]) -> str:
    """Tests of a function: one assert a call."""
    return "\n".join(f"assert {written(function.name, call)} == {result(function.source, call)}" for call in calls)


def unlike(function: Function, calls: Sequence[Call]) -> list[Call]:
    """The calls, each once, those first that give a result that none before them gave."""
    seen: set[str] = set()
    new: list[Call] = []
    old: list[Call] = []
    for call in {repr(call): call for call in calls}.values():
        outcome = result(function.source, call)
        (old if outcome in seen else new).append(call)
        seen.add(outcome)
    return new + old


def _function(row: Mapping[str, Any], k: int) -> Function:
    head = f"def {row['name']}({row['args']}):\n"
    body = row["code"].rstrip("\n")
    variants = [body, *(_replaced(body, old, new) for old, new in row["bugs"])]
    right, *wrong = [head + indent(text.format(k=k), "    ") + "\n" for text in variants]
    return Function(
        name=row["name"],
        k=k,
        level=row["level"],
        says=row["says"].format(k=k),
        args=row["args"],
        source=right,
        inputs=row["inputs"],
        bugs=tuple(wrong),
    )


def _replaced(body: str, old: str, new: str) -> str:
    assert old in body, (old, body)
    return body.replace(old, new, 1)


def _ints(rng: Random, k: int) -> Call:
    near = [k - 1, k, k + 1, 0, 2 * k]
    return ([rng.choice(near) if rng.random() < 0.4 else rng.randint(-9, 40) for _ in range(rng.randint(0, 8))],)


def _text(rng: Random, k: int) -> Call:
    return (" ".join(rng.choice(_WORDS.split()) for _ in range(rng.randint(1, 5))),)


def _pair(rng: Random, k: int) -> Call:
    low = rng.randint(-6, 20)
    return (low, low + rng.choice([-3, 0, k, 2 * k, rng.randint(1, 25)]))


INPUTS: Mapping[str, Callable[[Random, int], Call]] = {
    "ints": _ints,
    "naturals": lambda rng, k: (rng.choice([0, k, rng.randint(1, 99), rng.randint(100, 9999)]),),
    "positives": lambda rng, k: (rng.choice([1, k + 1, 2 * k, rng.randint(2, 60)]) or 1,),
    "texts": _text,
    "pairs": _pair,
}
"""How the arguments of a call are drawn, around the value that the template was made with."""
