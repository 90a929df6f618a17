import pytest

from chartered.common.errors import TrainingError
from chartered.domains import Check, Problem
from chartered.domains.checking.tally import Tally, too_many
from chartered.domains.contract import Status

PROBLEM = Problem(prompt=({"role": "user", "content": "?"},), answer="1", kind="k", domain="d", split="train")


def tally_of(**statuses: int) -> Tally:
    tally = Tally()
    for status, count in statuses.items():
        for n in range(count):
            tally.add(PROBLEM, f"{status} {n}", Check(status=status, score=0.0, reason=f"why {n}"))  # type: ignore[arg-type]
    return tally


def test_statuses_are_counted_apart() -> None:
    tally = tally_of(correct=5, wrong=4, no_answer=3, timeout=2, error=1)
    assert tally.counts == {"correct": 5, "wrong": 4, "no_answer": 3, "timeout": 2, "error": 1}
    assert (tally.total, tally.failed) == (15, 3)


def test_no_failure_is_kept_of_what_the_verifier_could_decide() -> None:
    assert tally_of(correct=5, wrong=4, no_answer=3).failures == []


def test_every_reason_is_shown_before_one_is_shown_again() -> None:
    tally = Tally()
    for reason in ["a"] * 50 + ["b"] * 50 + ["c", "d", "e", "f"]:
        tally.add(PROBLEM, reason, Check(status="error", score=0.0, reason=reason))
    assert sorted(failure.check.reason for failure in tally.failures) == ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize(
    "tally",
    [
        Tally(),
        tally_of(correct=190, timeout=5, error=5),  # 10 of 200 are 5 %, not more
        tally_of(correct=10, error=9),  # 19 are too few to tell
    ],
)
def test_few_failures_pass(tally: Tally) -> None:
    too_many(tally, share=0.05)


@pytest.mark.parametrize("status", ["timeout", "error"])
def test_many_failures_stop_the_run(status: Status) -> None:
    with pytest.raises(TrainingError, match=r"failed on 11 of 200 responses .* share of 0.05 that"):
        too_many(tally_of(correct=189, **{status: 11}), share=0.05)


def test_a_share_of_zero_stops_at_the_first_failure() -> None:
    with pytest.raises(TrainingError):
        too_many(tally_of(correct=99, error=1), share=0.0)


def test_the_error_shows_at_most_five_examples_with_the_beginnings_of_the_responses() -> None:
    tally = Tally()
    long = "the answer\n" * 100
    tally.add_all([(PROBLEM, long)] * 30, [Check(status="timeout", score=0.0, reason=f"{n}") for n in range(30)])
    with pytest.raises(TrainingError) as caught:
        too_many(tally)
    first, *examples = str(caught.value).splitlines()
    assert "30 of 30" in first and "(30 time-outs, 0 errors)" in first
    assert len(examples) == 5
    assert examples[0] == f"- timeout (0): problem {PROBLEM.id}, k: {long[:120]!r} ... (1100 characters)"
