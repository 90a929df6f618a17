import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.hostile_domain import domain, problem
from tests.paths import ROOT, TOY

from chartered.common.errors import TrainingError
from chartered.domains import Check, Problem
from chartered.domains.checking.checker import Checker
from chartered.domains.checking.pool import Pool
from chartered.domains.contract import Item, Status

PROBLEM = Problem(prompt=({"role": "user", "content": "?"},), answer="1", kind="k", domain="d", split="train")
ONE = problem("1")


class Found:
    """Gives each response the status that it names, for the reason behind it."""

    def check(self, items: Sequence[Item]) -> list[Check]:
        parts = (response.split(" ", 1) for _, response in items)
        return [Check(status=status, score=0.0, reason=reason) for status, reason in parts]  # type: ignore[arg-type]


def responses(**statuses: int) -> list[Item]:
    return [(PROBLEM, f"{status} why {n}") for status, count in statuses.items() for n in range(count)]


def test_what_a_checker_finds_is_what_the_pool_finds_and_it_outlives_a_crash() -> None:
    with Pool(domain) as pool:
        found = Checker(pool).check([(ONE, "1"), (ONE, "leave"), (ONE, "2")])  # "leave" ends the process it runs in
    assert [check.status for check in found] == ["correct", "error", "wrong"]


def test_statuses_are_counted_apart_over_all_calls() -> None:
    checker = Checker(Found(), tolerance=1.0)
    for item in responses(correct=5, wrong=4, no_answer=3, timeout=2, error=1):
        checker.check([item])
    assert checker.counts == {"correct": 5, "wrong": 4, "no_answer": 3, "timeout": 2, "error": 1}
    assert (checker.total, checker.failed) == (15, 3)


def test_only_what_the_verifier_could_not_decide_is_kept_as_a_failure() -> None:
    checker = Checker(Found())
    checker.check(responses(correct=5, wrong=4, no_answer=3))
    assert checker.failures == []


def test_every_reason_is_shown_before_one_is_shown_again() -> None:
    checker = Checker(Found(), tolerance=1.0)
    checker.check([(PROBLEM, f"error {reason}") for reason in ["a"] * 50 + ["b"] * 50 + ["c", "d", "e", "f"]])
    assert sorted(failure.check.reason for failure in checker.failures) == ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize(
    "statuses",
    [
        {},
        {"correct": 190, "timeout": 5, "error": 5},  # 10 of 200 are 5 %, not more
        {"correct": 10, "error": 9},  # 19 are too few to tell
    ],
)
def test_few_failures_pass(statuses: dict[str, int]) -> None:
    Checker(Found(), tolerance=0.05).check(responses(**statuses))


@pytest.mark.parametrize("status", ["timeout", "error"])
def test_many_failures_stop_the_run(status: Status) -> None:
    with pytest.raises(TrainingError, match=r"failed on 11 of 200 responses .* share of 0.05 that"):
        Checker(Found(), tolerance=0.05).check(responses(correct=189, **{status: 11}))


def test_a_tolerance_of_zero_stops_at_the_first_failure() -> None:
    with pytest.raises(TrainingError):
        Checker(Found(), tolerance=0.0).check(responses(correct=99, error=1))


def test_what_was_checked_is_told_before_too_many_failures_stop_the_run() -> None:
    told: list[str] = []
    with pytest.raises(TrainingError):
        Checker(Found()).check(responses(error=20), on_checks=lambda items, checks: told.extend(r for _, r in items))
    assert len(told) == 20


def test_the_error_shows_at_most_five_examples_with_the_beginnings_of_the_responses() -> None:
    long = "timeout late " + "answer " * 100
    with pytest.raises(TrainingError) as caught:
        Checker(Found()).check([(PROBLEM, long)] * 30)
    first, *examples = str(caught.value).splitlines()
    assert "30 of 30" in first and "(30 time-outs, 0 errors)" in first
    assert len(examples) == 5
    reason = long.removeprefix("timeout ")
    assert examples[0] == f"- timeout ({reason}): problem {PROBLEM.id}, k: {long[:120]!r} ... ({len(long)} characters)"


def test_a_script_beside_its_draft_is_not_run_again_by_the_pool(tmp_path: Path) -> None:
    """A fork bomb once: each process of the pool ran the script, which started a pool."""
    (tmp_path / "my_domain.py").write_text(TOY.read_text())
    (tmp_path / "train.py").write_text(
        "import os, pathlib\n"
        "from my_domain import domain\n"
        "from chartered.domains.checking.pool import Pool\n"
        "with open('runs.txt', 'a') as file:\n"
        "    file.write(f'{os.getpid()}\\n')\n"
        "problem = next(iter(domain.problem_sets[0].load(None)))\n"
        "with Pool(domain) as pool:\n"
        "    print(pool.check([(problem, f'Answer: {problem.answer}')])[0].status)\n"
    )
    found = _run(tmp_path, "train.py")
    assert found.stdout == "correct\n", found.stderr
    assert len((tmp_path / "runs.txt").read_text().split()) == 1


def test_a_pool_that_a_plugin_starts_while_it_is_imported_is_refused(tmp_path: Path) -> None:
    plugin = tmp_path / "own.py"
    plugin.write_text(f"{TOY.read_text()}\nfrom chartered.domains.checking.pool import Pool\nPool(domain)\n")
    found = _run(tmp_path, "-c", "from chartered.domains.checking.pool import Pool; Pool('own.py:domain')")
    assert "a pool of verifiers was started while a plugin was imported" in found.stderr


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"PYTHONPATH": str(ROOT / "src"), "PATH": "/usr/bin:/bin"}
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
