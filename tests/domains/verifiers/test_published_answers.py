"""Published gold answers are accepted and perturbed ones refused; skipped where the data sets are not."""

import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from chartered.domains import Check, Problem, Verifier
from chartered.domains.verifiers import amount, choice, label, measure, text

DIGITS = re.compile(r"\d(?:[\d,]*\d)?(?:\.\d+)?|\.\d+")
Perturbation = Callable[[str], str | None]


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def problem(answer: str, *, unit: str | None = None, options: tuple[str, ...] = (), asked: str = "What?") -> Problem:
    turn = ({"role": "user", "content": asked},)
    return Problem(prompt=turn, answer=answer, unit=unit, options=options, kind="k", domain="d", split="heldout")  # type: ignore[arg-type]


def changed(change: Callable[[Decimal], Decimal]) -> Perturbation:
    """The first number of an answer, changed; None where there is none or the change changes nothing."""

    def perturb(answer: str) -> str | None:
        found = DIGITS.search(answer)
        if found is None:
            return None
        before = Decimal(found[0].replace(",", ""))
        after = change(before)
        return None if after == before else f"{answer[: found.start()]}{after:f}{answer[found.end() :]}"

    return perturb


def last_digit(value: Decimal) -> Decimal:
    return value + Decimal(1).scaleb(int(value.as_tuple().exponent))


def other_sign(answer: str) -> str | None:
    found = DIGITS.search(answer)
    if found is None or not Decimal(found[0].replace(",", "")):
        return None
    bare = re.sub("[-−()]", "", answer)
    return bare if bare != answer else "-" + answer


PERTURBED: dict[str, Perturbation] = {
    "sign": other_sign,
    "ten": changed(lambda value: value * 10),
    "tenth": changed(lambda value: value / 10),
    "hundred": changed(lambda value: value * 100),
    "thousand": changed(lambda value: value * 1000),
    "last digit": changed(last_digit),
}


def refused(verifier: Verifier, problem: Problem, said: str, seen: Counter[str], slips: list[str]) -> None:
    """Try every perturbation of what the gold answer says."""
    for name, perturb in PERTURBED.items():
        other = perturb(said)
        if other is not None:
            seen[name] += 1
            check = verifier(problem, f"Answer: {other}")
            if check.status == "correct":
                slips.append(f"{name}: {other} for {problem.answer} {problem.unit}")
            assert check.status in ("correct", "wrong", "no_answer"), check


def share(count: int, whole: int) -> float:
    assert whole > 50
    return count / whole


def tatqa(data: Path) -> Iterator[tuple[Problem, str]]:
    for document in rows(data / "finance" / "tatqa_dev_90_tables.jsonl.gz"):
        for question in document["questions"]:
            given = question["answer"] if isinstance(question["answer"], list) else [question["answer"]]
            answer = "; ".join(map(str, given))
            yield problem(answer, unit=question["scale"] or None, asked=question["question"]), question["answer_type"]


def is_amount(problem: Problem) -> bool:
    return amount(problem, f"Answer: {problem.answer}").status != "error"


def test_tatqa_answers_are_accepted_and_perturbed_ones_refused(shared_data: Path) -> None:
    accepted, numeric, seen, slips = [], 0, Counter[str](), list[str]()
    for gold, kind in tatqa(shared_data):
        verifier = amount if is_amount(gold) else text
        assert verifier is amount or kind not in ("arithmetic", "count"), gold
        accepted.append(verifier(gold, f"Work: 1 + 1 = 2.\nAnswer: {gold.answer}"))
        if verifier is amount:
            numeric += 1
            scale = f" {gold.unit}" if gold.unit else ""
            accepted.append(amount(gold, "Answer: " + "; ".join(part + scale for part in gold.answer.split("; "))))
            refused(amount, gold, gold.answer, seen, slips)
    right = sum(check.status == "correct" for check in accepted)
    assert numeric > 400
    assert share(right, len(accepted)) >= 0.98, [c for c in accepted if c.status != "correct"]
    assert share(len(slips), seen.total()) <= 0.02, slips


def test_tatqa_answers_in_another_scale_are_refused(shared_data: Path) -> None:
    other = {"thousand": "million", "million": "billion", "billion": "thousand", "percent": "million"}
    tried = 0
    for gold, kind in tatqa(shared_data):
        if kind == "arithmetic" and gold.unit and Decimal(gold.answer):
            tried += 1
            assert amount(gold, f"Answer: {gold.answer} {gold.unit}").status == "correct"
            assert amount(gold, f"Answer: {gold.answer} {other[gold.unit]}").status == "wrong", gold
    assert tried > 150


def test_convfinqa_answers_are_accepted_and_perturbed_ones_refused(shared_data: Path) -> None:
    accepted, seen, slips = list[Check](), Counter[str](), list[str]()
    for row in rows(shared_data / "finance" / "convfinqa_dev_60.jsonl.gz"):
        turns = row["dialogue"]
        for answer, executed in zip(turns["conv_answers"], turns["executed_answers"], strict=True):
            gold = problem(answer)
            accepted.append(amount(gold, f"Answer: {answer}"))
            either = problem(json.dumps([answer, str(executed)]))
            accepted += [amount(either, f"Answer: {answer}"), amount(either, f"Answer: {executed}")]
            refused(amount, gold, answer, seen, slips)
    right = sum(check.status == "correct" for check in accepted)
    assert share(right, len(accepted)) >= 0.98, [c for c in accepted if c.status != "correct"]
    assert share(len(slips), seen.total()) <= 0.02, slips


def test_scibench_numbers_with_units_are_accepted_and_perturbed_ones_refused(shared_data: Path) -> None:
    accepted, seen, slips = list[Check](), Counter[str](), list[str]()
    for row in rows(shared_data / "science" / "scibench_three_books.jsonl.gz"):
        number, unit = row["answer_number"].strip(), row["unit"].strip()
        gold = problem(number, unit=unit)
        accepted.append(measure(gold, f"Answer: {number} {unit}"))
        refused(lambda p, said, u=unit: measure(p, f"{said} {u}"), gold, number, seen, slips)  # type: ignore[misc]
        for other in ("kg", "V") if unit else ("kg",):
            seen["unit"] += 1
            if measure(gold, f"Answer: {number} {other}").status != "wrong":
                slips.append(f"{number} {other} for {unit}")
    right = sum(check.status == "correct" for check in accepted)
    assert share(right, len(accepted)) >= 0.97, [c for c in accepted if c.status != "correct"]
    assert share(len(slips), seen.total()) <= 0.03, slips


def test_medqa_letters_and_texts_are_accepted_and_every_other_letter_is_refused(shared_data: Path) -> None:
    for row in rows(shared_data / "medical" / "medqa_usmle_dev_600.jsonl.gz"):
        options = {letter: option.strip() for letter, option in sorted(row["options"].items())}
        gold = problem(options[row["answer_idx"]], options=tuple(options.values()))
        for letter, option in options.items():
            expected = "correct" if option == gold.answer else "wrong"
            for said in (letter, f"{letter}) {option}", f"**{letter}**", f"({letter})"):
                assert choice(gold, f"Answer: {said}").status == expected, (said, gold)


def test_contract_nli_labels_are_accepted_and_other_labels_refused(shared_data: Path) -> None:
    options, tried = ("Entailment", "Contradiction", "NotMentioned"), Counter[str]()
    spelled = {"Entailment": "entailment.", "Contradiction": "**Contradiction**", "NotMentioned": "not mentioned"}
    for row in rows(shared_data / "legal" / "contract_nli_dev_25_documents.jsonl.gz"):
        for found in row["annotation_sets"][0]["annotations"].values():
            gold = problem(found["choice"], options=options)
            tried[found["choice"]] += 1
            for other in options:
                expected = "correct" if other == found["choice"] else "wrong"
                assert label(gold, f"Answer: {other}").status == expected
                assert label(gold, f"Answer: {spelled[other]}").status == expected
    assert tried.keys() == set(options)
    assert tried.total() == 25 * 17
