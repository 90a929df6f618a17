"""The stages in which an answer is looked for, and which of them may be used.

A stage is the way in which a response says what its answer is. The strict ones take what was written as an answer; the
later ones take what a reader would. Precision and recall of each, measured on judged responses: docs/verifiers.md.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal, get_args

Stage = Literal["marker", "tags", "box", "closing", "conclusion"]
"""`marker`: a line such as "Answer: 58". `tags`: <answer>58</answer>. `box`: \\boxed{58}. `closing`: a sentence such as
"So the answer is 58". `conclusion`: what free text claims last."""

STRICT: frozenset[Stage] = frozenset({"marker", "tags", "box"})
"""What rewards read, so that form is learnt."""
USUAL: frozenset[Stage] = STRICT | {"closing"}
"""What verifiers read where nothing else is said. `choice` reads conclusions too: its options tell them apart."""
ALL: frozenset[Stage] = frozenset(get_args(Stage))
"""What annotation and answers that were recorded elsewhere are read with."""

WORDS: dict[Stage, str] = {
    "marker": "the answer line",
    "tags": "the answer tags",
    "box": "the box",
    "closing": "a closing sentence",
    "conclusion": "the conclusion",
}

_allowed: ContextVar[frozenset[Stage] | None] = ContextVar("stages", default=None)


def allowed(usual: frozenset[Stage] = USUAL) -> frozenset[Stage]:
    """The stages that may be used now: those of `reading`, else the verifier's own."""
    return usual if (given := _allowed.get()) is None else given


def given() -> frozenset[Stage] | None:
    """What `reading` was given, None outside of it; a pool hands it on to its processes."""
    return _allowed.get()


@contextmanager
def reading(stages: frozenset[Stage] | None) -> Iterator[None]:
    """Read answers with these stages alone; None leaves it to the verifiers."""
    token = _allowed.set(stages)
    try:
        yield
    finally:
        _allowed.reset(token)
