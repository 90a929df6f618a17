"""Against scikit-learn, and by hand."""

import random

import evaluate  # type: ignore[import-untyped]
import pytest
from sklearn.metrics import balanced_accuracy_score, f1_score  # type: ignore[import-untyped]

from chartered.audit.statistics.proportions import wilson
from chartered.audit.statistics.task_metrics import LabelScores, VerifiedAccuracy
from chartered.common.errors import DataError
from chartered.domains import Domain, Problem


def test_accuracy_is_that_of_the_verifier_with_its_interval(trees: Domain, problems: list[Problem]) -> None:
    asked = problems[:40]
    responses = [f"Answer: {p.answer if i % 4 else p.options[0]}" for i, p in enumerate(asked)]
    right = sum(trees.verify(p, r).status == "correct" for p, r in zip(asked, responses, strict=True))
    metric = VerifiedAccuracy(trees, asked)
    found = metric.compute(predictions=[*responses[:-1], "no idea"], references=[p.id for p in asked])
    interval = wilson(right - 1, 40, level=0.95)
    assert interval is not None and (found["n"], found["correct"]) == (40, right - 1)
    assert (found["low"], found["high"]) == (interval.low, interval.high)
    assert found["statuses"]["no_answer"] == 1
    for p, response in zip(asked, responses, strict=True):
        metric.add(prediction=response, reference=p.id)
    assert metric.compute()["correct"] == right


def test_a_reference_that_is_no_problem_is_refused(trees: Domain, problems: list[Problem]) -> None:
    with pytest.raises(DataError, match="'nobody' is the id of none of the 2 problems given"):
        VerifiedAccuracy(trees, problems[:2]).compute(predictions=["a"], references=["nobody"])


def test_label_scores_are_those_of_scikit_learn() -> None:
    rng = random.Random(3)
    true = rng.choices(["yes", "no", "maybe"], weights=[6, 3, 1], k=200)
    said = [label if rng.random() < 0.6 else rng.choice(["yes", "no", "maybe"]) for label in true]
    found = LabelScores().compute(predictions=said, references=true)
    assert found["macro_f1"] == pytest.approx(f1_score(true, said, average="macro", zero_division=0))
    assert found["balanced_accuracy"] == pytest.approx(balanced_accuracy_score(true, said))
    assert sum(each["true"] for each in found["labels"].values()) == pytest.approx(1)


def test_one_that_always_says_the_commonest_label_is_seen() -> None:
    # 8 of 10 are yes: accuracy .8, but F1 of yes 16/18 and of no 0
    found = LabelScores().compute(predictions=["yes"] * 10, references=["yes"] * 8 + ["no"] * 2)
    assert found["macro_f1"] == pytest.approx(8 / 18) and found["balanced_accuracy"] == 0.5
    assert found["labels"]["yes"]["said"] == 1.0 and found["labels"]["no"]["precision"] is None


def test_they_combine_with_others() -> None:
    both = evaluate.combine([LabelScores(), LabelScores()])
    assert both.compute(predictions=["a"], references=["a"])["label_scores_0_macro_f1"] == 1.0
