"""Is a statement shut out by a rule like the one on hearsay? The rule is stated in the question, no law is told.

Every situation is put together of a statement, the way in which it was made and what it is offered to prove, and the
answer is computed from these. No such combination is in both splits.
"""

from collections.abc import Iterator, Mapping
from itertools import product
from random import Random
from typing import Any, NamedTuple

from chartered.domains.authoring import Level, generator, split_of, worked_problem
from chartered.domains.contract import Problem
from chartered.domains.legal.facts import ONE_IN, aged, facts

KIND = "hearsay"
EACH: dict[Level, int] = {"easy": 70, "medium": 80, "hard": 70}
"""Problems of each level, half of them shut out."""

RULE = (
    "Rule: A statement is shut out if it was made outside this trial and is offered to prove that what it says is true."
)
GESTURE = "A nod or shake of the head that answers a question is a statement; other behaviour is none."
PARTY = "A statement of a party is not shut out when the other party offers it."
ASKED = "Is it shut out?"


def problems() -> Iterator[Problem]:
    """The problems, level by level, yes and no in turn."""
    for level, count in EACH.items():
        by_verdict: dict[bool, list[Situation]] = {True: [], False: []}
        for situation in _situations(level):
            by_verdict[situation.shut].append(situation)
        for verdict, situations in by_verdict.items():
            for situation in generator(KIND, level, verdict).sample(situations, count // 2):
                yield _problem(level, situation)


class Situation(NamedTuple):
    """A statement, how it was made and what it is offered to prove."""

    parts: tuple[str, str, str]
    shut: bool
    """Whether the rule shuts it out."""
    story: str
    why: str


def _situations(level: Level) -> Iterator[Situation]:
    scenes = facts("hearsay")["scenes"]
    if level == "easy":
        return (_spoken(scene, manner, scene["truth"], True) for scene in scenes for manner in _manners())
    if level == "medium":
        return (situation for scene in scenes for situation in _less_plain(scene))
    pairs = product(scenes, _manners(trial=False))
    return (situation for scene, manner in pairs for situation in _of_party(scene, manner))


def _manners(*, trial: bool = True) -> list[Mapping[str, Any]]:
    """Ways in which a statement is made, as many in the trial as outside."""
    rows: list[Mapping[str, Any]] = facts("hearsay")["manners"]
    return [row for row in rows if trial or row["outside"]]


def _spoken(scene: Mapping[str, Any], manner: Mapping[str, Any], purpose: str, truth: bool) -> Situation:
    shut = bool(manner["outside"]) and truth
    story = f"{{who}} {manner['told']} that {scene['said']}. This is offered to prove {purpose}."
    where = "outside the trial" if manner["outside"] else "in the trial"
    what = "offered for its truth" if truth else "not offered for its truth"
    return Situation((scene["said"], manner["told"], purpose), shut, story, f"It was made {where} and is {what}.")


def _less_plain(scene: Mapping[str, Any]) -> Iterator[Situation]:
    """Statements that are offered for something else, gestures, and behaviour that says nothing."""
    for manner in _manners(trial=False):
        yield _spoken(scene, manner, scene["other"], False)
        yield _spoken(scene, manner, scene["truth"], True)
    for head, place in product(("a nod", "a shake of the head"), facts("hearsay")["places"]):
        asked = scene["nodded" if head == "a nod" else "shaken"]
        story = f"Asked {place} whether {asked}, {{lower}} answered with {head}. This is offered to prove"
        why = "The gesture is a statement, made outside the trial and offered for its truth."
        yield Situation((asked, f"{head} {place}", scene["truth"]), True, f"{story} {scene['truth']}.", why)
        if "the listener" in scene["other"]:  # what it did to the one who asked, a gesture can show as words can
            why = "The gesture is a statement, but it is not offered for its truth."
            yield Situation((asked, f"{head} {place}", scene["other"]), False, f"{story} {scene['other']}.", why)
    for behaviour in scene["behaviour"]:
        story = f"{{who}} {behaviour}. This is offered to prove {scene['truth']}."
        parts = (scene["said"], behaviour, scene["truth"])
        yield Situation(parts, False, story, "This behaviour is no statement.")


def _of_party(scene: Mapping[str, Any], manner: Mapping[str, Any]) -> Iterator[Situation]:
    for offering, speaker in product(("the plaintiff", "the defendant"), ("plaintiff", "defendant", "witness")):
        for truth in (True, False):
            free = speaker != "witness" and offering != f"the {speaker}"
            shut = truth and not free
            purpose = scene["truth"] if truth else scene["other"]
            spoken = f"{{{speaker}}} {manner['told']} that {scene['said']}."
            story = f"{spoken} {offering.capitalize()} offers this to prove {purpose}."
            parts = (scene["said"], f"{speaker} {manner['told']}", f"{offering}: {purpose}")
            yield Situation(parts, shut, story, _why_of_party(speaker, free, truth))


def _why_of_party(speaker: str, free: bool, truth: bool) -> str:
    if not truth:
        return "It is not offered for its truth."
    if free:
        return f"It is a statement of the {speaker}, offered by the other party."
    whose = "of somebody who is no party" if speaker == "witness" else f"of the {speaker}, offered by the same party"
    return f"It was made outside the trial, is offered for its truth and is {whose}."


def _problem(level: Level, situation: Situation) -> Problem:
    rng = generator(KIND, level, *situation.parts)
    rule = {"easy": RULE, "medium": f"{RULE} {GESTURE}", "hard": f"{RULE} {PARTY}"}[level]
    return worked_problem(
        domain="legal",
        kind=KIND,
        split=split_of(KIND, *situation.parts, one_in=ONE_IN),
        asked=f"{_with_people(rng, situation.story)} {rule} {ASKED}",
        answer="yes" if situation.shut else "no",
        work=situation.why,
        level=level,
        options=tuple(rng.sample(("yes", "no"), 2)),
    )


def _with_people(rng: Random, story: str) -> str:
    who = aged(rng, rng.choice(facts("hearsay")["people"]))
    parties = {role: aged(rng, role) for role in ("plaintiff", "defendant", "witness")}
    return story.format(who=who, lower=who[0].lower() + who[1:], **parties)
