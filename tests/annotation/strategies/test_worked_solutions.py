from dataclasses import replace
from pathlib import Path

import pytest

from chartered.annotation import annotate, worked_traces
from chartered.common.errors import DataError
from chartered.domains import Check, Domain, Problem


def test_every_right_solution_becomes_a_trace_in_order(sums: Domain, problems: list[Problem]) -> None:
    traces, summary = worked_traces(sums, problems)
    assert [trace.problem_id for trace in traces] == [problem.id for problem in problems]
    assert [trace.messages[-1]["content"] for trace in traces] == [problem.solution for problem in problems]
    assert (summary.problems, summary.kept, summary.accuracy, summary.standard_error) == (20, 20, 1.0, 0.0)


def test_a_worked_trace_says_that_its_writer_knew_the_answer(sums: Domain, problems: list[Problem]) -> None:
    (trace,), _ = worked_traces(sums, problems[:1])
    assert (trace.teacher, trace.strategy, trace.temperature, trace.label_leaked) == ("sums", "worked", None, True)
    assert trace.checks == (Check(status="correct", score=1.0, answer="20"),)


def test_what_is_left_out_is_counted_by_reason(sums: Domain, problems: list[Problem]) -> None:
    given = [
        replace(problems[0], solution=None),
        replace(problems[1], solution="Answer: 1 coins"),
        replace(problems[2], solution="I do not know."),
        problems[3],
    ]
    traces, summary = worked_traces(sums, given)
    assert [trace.problem_id for trace in traces] == [problems[3].id]
    assert (summary.no_solution, summary.wrong, summary.no_answer, summary.kept) == (1, 1, 1, 1)
    # one of the three that were judged is right: p = 1/3, sqrt(p (1 - p) / 3) = sqrt(2/27)
    assert summary.accuracy == pytest.approx(1 / 3)
    assert summary.standard_error == pytest.approx((2 / 27) ** 0.5)


@pytest.mark.parametrize("status", ["timeout", "error"])
def test_a_verifier_that_breaks_makes_no_wrong_answers(sums: Domain, problems: list[Problem], status: str) -> None:
    def broken(problem: Problem, response: str) -> Check:
        return Check(status=status, score=0.0)  # type: ignore[arg-type]

    _, summary = worked_traces(replace(sums, verifiers={"sum": broken}), problems)
    assert (summary.unchecked, summary.wrong, summary.judged, summary.accuracy) == (20, 0, 0, None)


def test_one_judged_solution_has_no_standard_error(sums: Domain, problems: list[Problem]) -> None:
    _, summary = worked_traces(sums, problems[:1])
    assert summary.accuracy == 1.0
    assert summary.standard_error is None


def test_nothing_left_is_an_error_that_gives_the_reasons(sums: Domain, problems: list[Problem], tmp_path: Path) -> None:
    given = [*(replace(problem, solution=None) for problem in problems[:3]), replace(problems[3], solution="?")]
    with pytest.raises(DataError) as caught:
        annotate(sums, given, teacher=None, store=tmp_path / "replies.jsonl")
    assert str(caught.value) == (
        "annotate: none of the 4 problems gave a trace (no solution 3, no answer 1); "
        "name an endpoint under annotate.teacher in the recipe, or give the problems solutions."
    )


def test_no_problems_is_an_error_too(sums: Domain, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there are none"):
        annotate(sums, [], teacher=None, store=tmp_path / "replies.jsonl")


def test_without_a_teacher_no_store_is_made(sums: Domain, problems: list[Problem], tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    annotate(
        sums, problems, teacher=None, store=tmp_path / "r.jsonl", on_progress=lambda done, n: seen.append((done, n))
    )
    assert list(tmp_path.iterdir()) == []
    assert seen == [(20, 20)]
