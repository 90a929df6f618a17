"""What the plugin says, and what it keeps. Its physics and chemistry are derived again in the tests of its modules."""

import re
from collections import Counter

import pytest

from chartered.audit.policy import load_policy
from chartered.domains import Problem
from chartered.domains.prompts import answer_line, render
from chartered.domains.science import domain as SCIENCE
from chartered.domains.science.corpus import primer
from chartered.domains.science.facts import compounds, elements, power_laws, quantities
from chartered.domains.science.problems.stoichiometry import molar_mass

GENERATED = ("mechanics", "stoichiometry", "thermodynamics", "genetics", "units", "scaling")
PROBLEMS = [problem for name in GENERATED for problem in SCIENCE.problem_set(name).load(None)]
LEVELS = ("easy", "medium", "hard")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def _of(kind: str, split: str | None = None) -> list[Problem]:
    return [p for p in PROBLEMS if p.kind == kind and split in (None, p.split)]


@pytest.mark.parametrize("kind", ["mechanics", "stoichiometry", "thermodynamics"])
def test_another_value_unit_or_no_unit_is_refused(kind: str) -> None:
    for problem in _of(kind):
        value, unit = float(problem.answer), problem.unit
        wrong = [f"{value * 10} {unit}", f"{-value} {unit}", f"{value * 1.07:.6g} {unit}", f"{problem.answer} candela"]
        if unit != "%":
            wrong.append(problem.answer)
        for said in wrong:
            assert SCIENCE.verify(problem, answer_line(said)).status in ("wrong", "no_answer"), (problem, said)


def test_the_same_quantity_in_another_unit_is_accepted() -> None:
    for problem in _of("mechanics"):
        if problem.unit in ("N", "J", "W"):
            thousandth = float(problem.answer) / 1000
            assert SCIENCE.verify(problem, answer_line(f"{thousandth:.10g} k{problem.unit}")).status == "correct"


def test_a_fraction_is_accepted_in_other_terms_and_another_refused() -> None:
    for problem in _of("genetics"):
        over, under = map(int, problem.answer.split("/"))
        assert SCIENCE.verify(problem, answer_line(f"{3 * over}/{3 * under}")).status == "correct"
        assert SCIENCE.verify(problem, answer_line(f"{over}/{under + 1}")).status == "wrong"


def test_options_hold_the_answer_and_its_place_is_even() -> None:
    for kind in ("units", "scaling"):
        problems = _of(kind)
        assert all(len(set(p.options)) == 4 for p in problems)
        places = Counter(p.options.index(p.answer) for p in problems)
        assert all(abs(places[place] / len(problems) - 1 / 4) < 0.08 for place in range(4)), (kind, places)


def test_text_is_ascii_and_short() -> None:
    for problem in PROBLEMS:
        text = render(problem)[-1]["content"]
        assert text.isascii() and problem.solution is not None and problem.solution.isascii()
        assert len(text.split()) <= 130 and len(problem.solution.split()) <= 60
        assert "{" not in text and ".. " not in text


def _combination(problem: Problem) -> tuple[object, ...]:
    """What a problem combines, read from what it says rather than from how it was made."""
    asked, solution = problem.question, problem.solution or ""
    if problem.kind == "units":
        said = asked.split(". ")[0].split("? ")[0]
        names = {q.unit for q in quantities() if re.search(rf"\b(?:a|an) {q.name}\b(?! capacity| density)", said)}
        return tuple(sorted(names | {problem.answer}))
    if problem.kind == "scaling":
        law = max((law for law in power_laws() if law.result in asked), key=lambda law: len(law.result))
        return (law.result, solution.split("factor ")[1].split(" = ")[0])
    if problem.kind == "genetics":
        return (asked.split(". Two ")[0].split(" The genes")[0], asked.split("crossed. ")[1])
    if problem.kind == "stoichiometry":
        return _reacted(problem) if "->" in asked else (_compound(asked),)
    units = [problem.unit, *re.findall(r"\d (degrees C|[A-Za-z]+(?:\^\d|/[a-z]+\^?\d?)?)", asked)]
    return (frozenset(units), *sorted([*NUMBER.findall(asked), problem.answer]))


def _compound(asked: str) -> str:
    """The formula of the compound in a question."""
    found = [name for name in compounds() if re.search(rf"of {re.escape(name)}[,?]", asked)]
    return compounds()[max(found, key=len)]


def _reacted(problem: Problem) -> tuple[object, ...]:
    """The equation, the reactant that decides with its mass, and what is made."""
    asked, solution = problem.question, problem.solution or ""
    equation = re.search(r"[A-Za-z0-9() +]+ -> [A-Za-z0-9() +]+", asked)
    limits = re.match(r"(\S+) limits: (\d+) ", solution)
    start = limits or re.search(r"M\((\S+)\) = .* m = (\d+) ", solution)
    made = re.search(r"(?:mass|grams) of (\S+)", asked)
    assert equation and start and made
    return (equation[0].strip(), start[1], start[2], made[1])


@pytest.mark.parametrize("kind", GENERATED)
def test_no_combination_of_facts_is_in_both_splits(kind: str) -> None:
    train, held = ({_combination(p) for p in _of(kind, split)} for split in ("train", "heldout"))
    assert train and held
    assert not train & held


def test_no_training_text_tells_the_molar_mass_of_a_held_out_compound() -> None:
    held = {_compound(p.question) for p in _of("stoichiometry", "heldout") if "->" not in p.question}
    assert len(held) >= 6
    masses = {str(molar_mass(formula).normalize()) for formula in held}
    train = [f"{p.question} {p.solution}" for p in _of("stoichiometry", "train")]
    told = {word.strip(".") for text in [*train, *(d.text for d in primer())] for word in text.split()}
    assert not masses & told


def test_the_primer_holds_no_held_out_question_and_no_document_twice() -> None:
    documents = list(primer())
    text = "\n".join(d.text for d in documents)
    assert not any(p.question in text for p in PROBLEMS if p.split == "heldout")
    assert len({d.text for d in documents}) == len(documents) and text.isascii()
    assert {d.licence for d in documents} == {"Apache-2.0"} and all(d.source for d in documents)
    assert all(f"The symbol of {e.name} is {e.symbol}." in text for e in elements().values())


def test_the_policy_requires_what_the_domain_measures_and_gives_a_reason_for_each_limit() -> None:
    policy = load_policy(SCIENCE.policy)
    assert (policy.alpha, policy.minimum_n) == (0.05, 100)
    assert {rule.finding.split("/")[0] for rule in policy.required} == set(SCIENCE.probes)
    assert all(len(rule.reason.split()) >= 8 for rule in policy.required)
