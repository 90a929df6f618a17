"""Is a statement shut out by a rule like the one on hearsay? The rule is stated in the question, no law is told.

Every situation is put together of a statement, the way in which it was made and what it is offered to prove, and the
answer is computed from these. No such combination is in both splits.
"""

from collections.abc import Iterator, Mapping
from itertools import product
from random import Random
from typing import Any

from chartered.domains.authoring.splits import generator
from chartered.domains.contract import Problem
from chartered.domains.legal.making import Level, aged, facts, problem, yes_or_no

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
        shut: dict[bool, list[_Found]] = {True: [], False: []}
        for found in _found(level):
            shut[found[1]].append(found)
        for verdict, choices in shut.items():
            for parts, _, told, why in generator(KIND, level, verdict).sample(choices, count // 2):
                yield _problem(level, parts, told, why, verdict)


_Found = tuple[tuple[str, str, str], bool, str, str]
"""The parts that make a situation, whether it is shut out, how it is told and why."""


def _found(level: Level) -> Iterator[_Found]:
    scenes = facts("hearsay")["scenes"]
    if level == "easy":
        return (_spoken(scene, manner, scene["truth"], True) for scene in scenes for manner in _manners())
    if level == "medium":
        return (found for scene in scenes for found in _less_plain(scene))
    return (found for scene, manner in product(scenes, _manners(trial=False)) for found in _of_party(scene, manner))


def _manners(*, trial: bool = True) -> list[Mapping[str, Any]]:
    """Ways in which a statement is made, as many in the trial as outside."""
    rows: list[Mapping[str, Any]] = facts("hearsay")["manners"]
    return [row for row in rows if trial or row["outside"]]


def _spoken(scene: Mapping[str, Any], manner: Mapping[str, Any], purpose: str, truth: bool) -> _Found:
    shut = bool(manner["outside"]) and truth
    told = f"{{who}} {manner['told']} that {scene['said']}. This is offered to prove {purpose}."
    where = "outside the trial" if manner["outside"] else "in the trial"
    what = "offered for its truth" if truth else "not offered for its truth"
    return (scene["said"], manner["told"], purpose), shut, told, f"It was made {where} and is {what}."


def _less_plain(scene: Mapping[str, Any]) -> Iterator[_Found]:
    """Statements that are offered for something else, gestures, and behaviour that says nothing."""
    for manner in _manners(trial=False):
        yield _spoken(scene, manner, scene["other"], False)
        yield _spoken(scene, manner, scene["truth"], True)
    for head, place in product(("a nod", "a shake of the head"), facts("hearsay")["places"]):
        asked = scene["nodded" if head == "a nod" else "shaken"]
        told = (
            f"Asked {place} whether {asked}, {{lower}} answered with {head}. This is offered to prove {scene['truth']}."
        )
        parts = (asked, f"{head} {place}", scene["truth"])
        yield parts, True, told, "The gesture is a statement, made outside the trial and offered for its truth."
        if "the listener" in scene["other"]:  # what it did to the one who asked, a gesture can show as words can
            told = told.replace(f"prove {scene['truth']}.", f"prove {scene['other']}.")
            parts = (asked, f"{head} {place}", scene["other"])
            yield parts, False, told, "The gesture is a statement, but it is not offered for its truth."
    for behaviour in scene["behaviour"]:
        told = f"{{who}} {behaviour}. This is offered to prove {scene['truth']}."
        yield (scene["said"], behaviour, scene["truth"]), False, told, "This behaviour is no statement."


def _of_party(scene: Mapping[str, Any], manner: Mapping[str, Any]) -> Iterator[_Found]:
    for offering, speaker in product(("the plaintiff", "the defendant"), ("plaintiff", "defendant", "witness")):
        for truth in (True, False):
            free = speaker != "witness" and offering != f"the {speaker}"
            shut = truth and not free
            purpose = scene["truth"] if truth else scene["other"]
            spoken = f"{{{speaker}}} {manner['told']} that {scene['said']}."
            told = f"{spoken} {offering.capitalize()} offers this to prove {purpose}."
            parts = (scene["said"], f"{speaker} {manner['told']}", f"{offering}: {purpose}")
            yield parts, shut, told, _why_of_party(speaker, free, truth)


def _why_of_party(speaker: str, free: bool, truth: bool) -> str:
    if not truth:
        return "It is not offered for its truth."
    if free:
        return f"It is a statement of the {speaker}, offered by the other party."
    whose = "of somebody who is no party" if speaker == "witness" else f"of the {speaker}, offered by the same party"
    return f"It was made outside the trial, is offered for its truth and is {whose}."


def _problem(level: Level, parts: tuple[str, str, str], told: str, why: str, shut: bool) -> Problem:
    rng = generator(KIND, level, *parts)
    rule = {"easy": RULE, "medium": f"{RULE} {GESTURE}", "hard": f"{RULE} {PARTY}"}[level]
    return problem(
        KIND,
        asked=f"{_with_people(rng, told)} {rule} {ASKED}",
        answer="yes" if shut else "no",
        work=why,
        level=level,
        facts=parts,
        options=yes_or_no(rng),
    )


def _with_people(rng: Random, told: str) -> str:
    who = aged(rng, rng.choice(facts("hearsay")["people"]))
    parties = {role: aged(rng, role) for role in ("plaintiff", "defendant", "witness")}
    return told.format(who=who, lower=who[0].lower() + who[1:], **parties)
