"""The nouns of the project and the contract of a domain plugin.

A plugin is one `Domain`: named corpora and problem sets, a verifier for each kind of problem, rewards, the wording
of probes, a default audit policy and recipes. Everything is data or a plain function, so a draft fits in one file.
The records are what is written to JSON lines between stages; TRL's column names are used where TRL has one.
"""

import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from numbers import Real
from pathlib import Path
from typing import Literal, NamedTuple, Protocol, TypedDict, TypeVar, get_args

from chartered.common.errors import PluginError, nearest

API_VERSION = 1
"""The contract described here. A plugin states the version that it was written for."""

Split = Literal["train", "heldout"]
Status = Literal["correct", "wrong", "no_answer", "timeout", "error"]
_STATUSES = frozenset(get_args(Status))
GENERATED = "generated"
"""The source of a corpus or problem set that the plugin makes itself, and so ships."""


class Message(TypedDict):
    """One turn of a chat: `role` is system, user or assistant."""

    role: str
    content: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """One text of a corpus, with where it is from and on which terms."""

    text: str
    source: str
    licence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """A question whose answer can be checked.

    `prompt` holds the question alone: options are kept apart and rendered by `chartered.domains.prompts.render`, so
    that a probe can change one and leave the other untouched.
    """

    prompt: tuple[Message, ...]
    answer: str
    """The right answer; for multiple choice the text of one of `options`."""
    kind: str
    """Selects the domain's verifier, and is the row of every score table."""
    domain: str
    split: Split
    options: tuple[str, ...] = ()
    unit: str | None = None
    """Unit of a numeric answer, as the answer is to be given."""
    precision: float | None = None
    """Of a numeric answer, the step to which it is asked for, in its unit: 1 for whole numbers, 0.01 for cents."""
    tolerance: float | None = None
    """Of a numeric answer, how far, relative to it, a right one may be off: 0.01 for one per cent."""
    tests: str | None = None
    """Unit tests of a code problem."""
    groups: Mapping[str, str] = field(default_factory=dict)
    """Attributes to report results by, such as `{"sex": "female"}`."""
    solution: str | None = None
    """A worked solution that ends with the answer line, where the domain can give one."""

    @property
    def id(self) -> str:
        """Sixteen hex digits of SHA-256 over what is asked, the answer and the domain; the split does not count."""
        content = [self.domain, self.kind, list(self.prompt), list(self.options), self.answer, self.unit]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]

    @property
    def question(self) -> str:
        """The last user turn, without options."""
        return self.prompt[-1]["content"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """What a verifier says of a response: a time-out or an error is never a wrong answer."""

    status: Status
    score: float
    """In [0, 1]; 1 is right. A time-out or an error has 0 here and must not be used as a score."""
    answer: str | None = None
    """The answer that was read out of the response."""
    reason: str = ""

    @property
    def failed(self) -> bool:
        """Whether it says nothing about the response: the verifier timed out or failed."""
        return self.status in ("timeout", "error")


Item = tuple[Problem, str]
"""A problem and a response to it."""
Verifier = Callable[[Problem, str], Check]
Reward = Callable[[Problem, str, Check], float | None]
"""A float in [0, 1], or None where the reward does not apply."""


class Checks(Protocol):
    """Whatever checks many responses: a domain (here and now), a pool of processes, a checker that counts failures."""

    def check(self, items: Sequence[Item]) -> list[Check]:
        """The checks of these problems and responses, in order."""


def checked(verifier: Verifier, problem: Problem, response: str, *, name: str = "the verifier") -> Check:
    """The check that a verifier gives; an error where it raises, or gives anything but a proper `Check`.

    Every check goes through here, so that an error is never taken for a wrong answer, nor a score leaves [0, 1]. The
    reason of an error begins with `name`.
    """
    try:
        check = verifier(problem, response)
    except Exception as error:  # a plugin's own code may raise anything
        return Check(status="error", score=0.0, reason=f"{name} failed: {type(error).__name__}: {error}")
    if fault := _fault(check):
        return Check(status="error", score=0.0, reason=f"{name} gave {fault}")
    return check if type(check.score) is float else replace(check, score=float(check.score))


def _fault(check: object) -> str | None:
    """What keeps a verifier's result from being a proper `Check`, or None."""
    if not isinstance(check, Check):
        return f"a {type(check).__name__}, not a Check"
    if check.status not in _STATUSES:
        return f"the status {check.status!r}"
    if not (isinstance(check.score, Real) and 0 <= float(check.score) <= 1):
        return f"the score {check.score!r}, which is not in [0, 1]"
    if not (isinstance(check.answer, str | None) and isinstance(check.reason, str)):
        return "an answer or a reason that is not text"
    return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Corpus:
    """A source of raw text. `load` takes a local file for sources that are not shipped, else None."""

    name: str
    description: str
    licence: str
    source: str
    """`GENERATED`, or the hub name, with the revision where one is pinned."""
    load: Callable[[Path | None], Iterable[Document]]

    @property
    def ships(self) -> bool:
        """Whether the texts come with the plugin; else `load` reads a file of the user's."""
        return self.source == GENERATED


@dataclass(frozen=True, kw_only=True, slots=True)
class ProblemSet:
    """A source of problems. `load` takes a local file for sets that are not shipped, else None."""

    name: str
    description: str
    licence: str
    source: str
    """`GENERATED`, or the hub name, with the revision where one is pinned."""
    load: Callable[[Path | None], Iterable[Problem]]

    @property
    def ships(self) -> bool:
        """Whether the problems come with the plugin; else `load` reads a file of the user's."""
        return self.source == GENERATED


class Origin(NamedTuple):
    """Where another process finds a domain."""

    place: str
    """`module`, `module:object` or `file.py:object`."""
    verifiers: Mapping[str, Verifier]
    """Of the domain that is there: one that was given others since is somewhere else."""


@dataclass(frozen=True, kw_only=True)
class Domain:
    """A domain plugin, whole."""

    name: str
    api_version: int
    description: str
    licence: str
    corpora: tuple[Corpus, ...]
    problem_sets: tuple[ProblemSet, ...]
    verifiers: Mapping[str, Verifier]
    """By kind of problem; every kind that a problem set yields has one."""
    rewards: Mapping[str, Reward]
    probes: Mapping[str, Path]
    """The domain's wording of each probe it takes part in: probe name to YAML file."""
    policy: Path
    """The default audit policy, a YAML file with a reason for each limit."""
    recipes: Mapping[str, Path]
    """Named recipes; `chartered run DOMAIN` takes the first."""
    origin: Origin | None = field(default=None, compare=False, repr=False)
    """Filled in here, or by `load_domain`, which knows better."""

    def __post_init__(self) -> None:
        """Note the module that these verifiers were put together in."""
        if self.origin is None or self.origin.verifiers is not self.verifiers:
            made_in = sys._getframe(2).f_globals.get("__name__", "")  # behind this frame and the generated __init__
            object.__setattr__(self, "origin", Origin(made_in, self.verifiers))

    def check(self, items: Sequence[Item]) -> list[Check]:
        """The checks of these problems and responses, made in this process, with no limit of time."""
        return [self.verify(problem, response) for problem, response in items]

    def verify(self, problem: Problem, response: str) -> Check:
        """The one definition of correct: reward, annotation and evaluation all come here."""
        return checked(self.verifier(problem.kind), problem, response)

    def verifier(self, kind: str) -> Verifier:
        """The verifier for a kind of problem."""
        if kind not in self.verifiers:
            raise PluginError(
                f"domain {self.name!r} has no verifier for problems of kind {kind!r}; {nearest(kind, self.verifiers)}"
            )
        return self.verifiers[kind]

    def corpus(self, name: str) -> Corpus:
        """The corpus of that name."""
        return _named(self.corpora, name, "corpus", self.name)

    def problem_set(self, name: str) -> ProblemSet:
        """The problem set of that name."""
        return _named(self.problem_sets, name, "problem set", self.name)

    def shipped_problems(self) -> Iterator[Problem]:
        """The problems of every set that ships, set by set."""
        for part in self.problem_sets:
            if part.ships:
                yield from part.load(None)


_Part = TypeVar("_Part", Corpus, ProblemSet)


def _named(parts: tuple[_Part, ...], name: str, noun: str, domain: str) -> _Part:
    for part in parts:
        if part.name == name:
            return part
    raise PluginError(f"domain {domain!r} has no {noun} {name!r}; {nearest(name, (p.name for p in parts))}")
