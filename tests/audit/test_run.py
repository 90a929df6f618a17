"""Planted respondents: what is in them must come out in the verdict."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from chartered.audit.cases import CONTROL, DUPLICATE, PLACEBO, POSITIVE_CONTROL, Answer, Case, Need
from chartered.audit.policy import load_policy
from chartered.audit.probes.base.insertion import pick
from chartered.audit.probes.cognitive_bias.probe import ARMS, BIASES
from chartered.audit.respondents.protocol import OnProgress, Respondent
from chartered.audit.run import BLOCK, run_audit
from chartered.audit.verdict import RespondentInfo, Verdict, read_verdict, write_verdict
from chartered.common.errors import AuditError, UsageError
from chartered.domains import Domain, Problem


class Planted(Respondent):
    """Right in a known share of items; adopts targets in a known share of biased cases; takes up facts."""

    def __init__(self, *, skill: float = 0.95, adopts: float = 0.0, reads: float = 1.0, heeds: bool = True) -> None:
        self.skill, self.adopts, self.reads, self.heeds = skill, adopts, reads, heeds
        self.asked = 0
        self.info = RespondentInfo(
            kind="local", name="planted", sha256="0" * 64, scoring="simulated", decoding=f"{skill} {adopts} {reads}"
        )

    gives: frozenset[Need] = frozenset({"choose"})

    def answer(self, cases: Sequence[Case], on_progress: OnProgress | None = None) -> list[Answer]:
        self.asked += len(cases)
        return [self.one(case) for case in cases]

    def one(self, case: Case) -> Answer:
        def happens(share: float, *key: str) -> bool:
            return pick(range(10_000), *key, case.item) < share * 10_000

        if not happens(self.reads, "read", case.arm):
            return Answer(choice=None, response="?")
        if case.arm == POSITIVE_CONTROL and self.heeds:
            return Answer(choice=case.target, response="")
        if case.arm in BIASES and happens(self.adopts, "adopt", case.arm):
            return Answer(choice=case.target, response="")
        wrong = [option for option in case.problem.options if option != case.problem.answer]
        return Answer(choice=case.problem.answer if happens(self.skill, "skill") else wrong[0], response="")


class Noisy(Planted):
    """Answers otherwise when asked a second time."""

    def one(self, case: Case) -> Answer:
        if case.arm == DUPLICATE and pick(range(4), case.item) == 0:
            return Answer(choice=case.problem.options[0], response="")
        return super().one(case)


def audited(trees: Domain, respondent: Respondent, problems: Sequence[Problem], **kwargs: Any) -> Verdict:
    return run_audit(
        trees, respondent, probes=["cognitive_bias"], policy=load_policy(trees.policy), problems=problems, **kwargs
    )


def outcomes(verdict: Verdict) -> dict[str, str | None]:
    return {finding.id.removeprefix("cognitive_bias/"): finding.outcome for finding in verdict.findings}


def test_one_that_always_adopts_the_target_fails(trees: Domain, problems: list[Problem]) -> None:
    verdict = audited(trees, Planted(adopts=1.0), problems)
    found = outcomes(verdict)
    assert verdict.outcome == "fail" and verdict.exit_code == 2
    assert all(found[f"{bias}/{metric}"] == "fail" for bias in BIASES for metric in ("adoption_lift", "accuracy_drop"))
    assert found["placebo/accuracy_drop"] == found["duplicate/change"] == "pass"
    assert len(verdict.reasons) == 14


def test_one_that_ignores_every_bias_passes_on_enough_items(trees: Domain, problems: list[Problem]) -> None:
    verdict = audited(trees, Planted(), problems)
    assert verdict.outcome == "pass" and verdict.exit_code == 0
    assert verdict.reasons == verdict.not_measured == ()
    assert set(outcomes(verdict).values()) == {"pass"}


def test_the_same_one_on_few_items_is_inconclusive(trees: Domain, problems: list[Problem]) -> None:
    verdict = audited(trees, Planted(), problems[:40])
    assert verdict.outcome == "inconclusive" and verdict.exit_code == 4
    assert all("settle" in reason or "at least 100" in reason for reason in verdict.reasons)


def test_one_that_adopts_in_a_tenth_of_cases_fails_or_is_inconclusive(trees: Domain, problems: list[Problem]) -> None:
    verdict = audited(trees, Planted(adopts=0.1), problems)
    assert verdict.outcome == "fail"
    lifts = [f.estimate for f in verdict.findings if f.metric == "adoption_lift"]
    # 7 arms of 300: the mean of 2,100 draws at 0.1 has a standard error of 0.0065
    assert sum(lift or 0 for lift in lifts) / len(lifts) == pytest.approx(0.1, abs=0.026)


@pytest.mark.parametrize("reads", [0.0, 0.5, 0.9])
def test_answers_that_cannot_be_read_never_pass(trees: Domain, problems: list[Problem], reads: float) -> None:
    verdict = audited(trees, Planted(reads=reads), problems)
    assert verdict.outcome in ("fail", "error")
    assert outcomes(verdict)["control/no_response"] == "error"


def test_one_that_never_moves_and_is_often_wrong_fails_as_blind(trees: Domain, problems: list[Problem]) -> None:
    verdict = audited(trees, Planted(skill=0.5, heeds=False), problems)
    assert verdict.outcome == "fail"
    assert [key for key, outcome in outcomes(verdict).items() if outcome == "fail"] == ["positive_control/blindness"]


def test_one_that_guesses_does_not_pass(trees: Domain, problems: list[Problem]) -> None:
    verdict = audited(trees, Planted(skill=0.25), problems)
    assert verdict.outcome in ("fail", "inconclusive")
    assert outcomes(verdict)["control/chance_gap"] != "pass"


def test_one_that_answers_otherwise_the_second_time_does_not_pass(trees: Domain, problems: list[Problem]) -> None:
    verdict = audited(trees, Noisy(), problems)
    assert verdict.outcome == "fail" and outcomes(verdict)["duplicate/change"] == "fail"


@pytest.mark.parametrize("problems_given", [[], ["open"]])
def test_nothing_to_ask_is_an_error_and_no_pass(trees: Domain, problem: Any, problems_given: list[str]) -> None:
    verdict = audited(trees, Planted(), [problem(options=()) for _ in problems_given])
    assert verdict.outcome == "error" and verdict.exit_code == 2
    assert len(verdict.not_measured) == len(verdict.findings) == 27
    assert verdict.probes[0].dropped == ({"not multiple choice": 1} if problems_given else {})


def test_no_probe_is_an_error_and_no_pass(trees: Domain, problems: list[Problem]) -> None:
    verdict = run_audit(trees, Planted(), probes=[], policy=load_policy(trees.policy), problems=problems)
    assert verdict.outcome == "error" and "no probe that was run measures it" in verdict.reasons[0]


def test_the_same_seed_gives_the_same_verdict(trees: Domain, problems: list[Problem]) -> None:
    first, second, other = (audited(trees, Planted(adopts=0.3), problems[:60], seed=seed) for seed in (3, 3, 4))
    assert first.model_copy(update={"created": ""}) == second.model_copy(update={"created": ""})
    assert first.probes[0].flips != other.probes[0].flips


def test_the_limit_takes_items_by_seed_and_counts_the_rest(trees: Domain, problems: list[Problem]) -> None:
    verdict = audited(trees, Planted(), problems, limit=50)
    result = verdict.probes[0]
    assert result.items == 50 and result.dropped == {"over the limit of items": 250}
    assert {arm.n for arm in result.arms} == {50} and [arm.arm for arm in result.arms] == list(ARMS)


def test_each_item_whose_answer_moved_is_shown_side_by_side(trees: Domain, problems: list[Problem]) -> None:
    verdict = audited(trees, Planted(skill=1.0, adopts=1.0), problems[:3])
    flips = verdict.probes[0].flips
    assert len(flips) == 3 * len(BIASES)
    assert all(flip.control_choice == flip.answer and flip.treated_choice == flip.target for flip in flips)
    assert all(f'"{flip.target}"' in flip.treated_question for flip in flips)
    assert {flip.arm for flip in flips}.isdisjoint({CONTROL, PLACEBO, POSITIVE_CONTROL})


def test_a_verdict_survives_its_file(trees: Domain, problems: list[Problem], tmp_path: Path) -> None:
    verdict = audited(trees, Planted(adopts=0.2), problems[:30])
    write_verdict(verdict, tmp_path / "verdict.json")
    assert read_verdict(tmp_path / "verdict.json") == verdict


def test_a_probe_named_twice_is_refused(trees: Domain) -> None:
    with pytest.raises(UsageError, match="name each once"):
        run_audit(trees, Planted(), probes=["cognitive_bias"] * 2, policy=load_policy(trees.policy))


def test_answers_are_kept_one_row_a_case(trees: Domain, problems: list[Problem], tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    audited(trees, Planted(), problems[:30], answers=path)
    header, *rows = [json.loads(line) for line in path.read_text().splitlines()]
    assert header["schema"] == "chartered.answers/1" and len(rows) == 30 * len(ARMS)
    assert list(rows[0]) == ["item", "variant", "arm", "target", "choice", "response", "scores"]


class Killed(Planted):
    """Dies in its second block."""

    def answer(self, cases: Sequence[Case], on_progress: OnProgress | None = None) -> list[Answer]:
        if self.asked:
            raise KeyboardInterrupt
        return super().answer(cases, on_progress)


def test_an_interrupted_audit_goes_on_where_it_stopped(trees: Domain, problems: list[Problem], tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    with pytest.raises(KeyboardInterrupt):
        audited(trees, Killed(adopts=0.2), problems, answers=path)
    with path.open("a") as file:  # a row that the kill cut short, and one of a block that was not finished
        file.write('{"item": "x", "arm": "control", "choice": null, "response": "", "target": null}\n{"item"')
    resumed, whole = Planted(adopts=0.2), Planted(adopts=0.2)
    found = audited(trees, resumed, problems, answers=path)
    expected = audited(trees, whole, problems, answers=tmp_path / "whole.jsonl")
    assert found.model_copy(update={"created": ""}) == expected.model_copy(update={"created": ""})
    assert resumed.asked == whole.asked - BLOCK
    assert path.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


def test_a_finished_audit_asks_nothing_again(trees: Domain, problems: list[Problem], tmp_path: Path) -> None:
    path, again = tmp_path / "answers.jsonl", Planted()
    audited(trees, Planted(), problems[:30], answers=path)
    audited(trees, again, problems[:30], answers=path)
    assert again.asked == 0


@pytest.mark.parametrize("change", ["seed", "respondent", "items"])
def test_answers_of_another_audit_are_kept_aside_and_not_used(
    trees: Domain, problems: list[Problem], tmp_path: Path, change: str
) -> None:
    path, other = tmp_path / "answers.jsonl", Planted(adopts=0.5 if change == "respondent" else 0.0)
    audited(trees, Planted(), problems[:30], answers=path)
    before = path.read_bytes()
    items = problems[:31] if change == "items" else problems[:30]
    audited(trees, other, items, answers=path, seed=8 if change == "seed" else 7)
    assert other.asked == len(items) * len(ARMS)
    assert [p.read_bytes() for p in tmp_path.iterdir() if p != path] == [before]


@pytest.mark.parametrize("content", ["not json\n", '{"schema": "else"}\n', "[]\n"])
def test_a_file_that_is_something_else_is_not_overwritten(
    trees: Domain, problems: list[Problem], tmp_path: Path, content: str
) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_text(content)
    with pytest.raises(AuditError, match="not a file of answers"):
        audited(trees, Planted(), problems[:2], answers=path)
    assert path.read_text() == content


def test_progress_is_told_over_all_blocks(trees: Domain, problems: list[Problem]) -> None:
    class Telling(Planted):
        def answer(self, cases: Sequence[Case], on_progress: OnProgress | None = None) -> list[Answer]:
            assert on_progress is not None
            on_progress(len(cases), len(cases))
            return super().answer(cases)

    seen: list[tuple[int, int]] = []
    audited(trees, Telling(), problems[:30], on_progress=lambda done, total: seen.append((done, total)))
    assert seen == [(256, 390), (390, 390)]


def test_too_few_answers_from_a_respondent_are_refused(trees: Domain, problems: list[Problem]) -> None:
    class Short(Planted):
        def answer(self, cases: Sequence[Case], on_progress: OnProgress | None = None) -> list[Answer]:
            return super().answer(cases)[1:]

    with pytest.raises(AuditError, match="12 answers to 13 cases"):
        audited(trees, Short(), problems[:1])


@pytest.mark.parametrize("change", [{"choice": "oak"}, {"arm": "recency"}, {"response": None}, {"item": "x"}])
def test_a_kept_answer_that_was_altered_is_refused(
    trees: Domain, problems: list[Problem], tmp_path: Path, change: dict[str, Any]
) -> None:
    path = tmp_path / "answers.jsonl"
    audited(trees, Planted(), problems[:2], answers=path)
    lines = path.read_text().splitlines()
    lines[1] = json.dumps({**json.loads(lines[1]), **change})
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(AuditError, match=r"answers\.jsonl, line 2: not the answer"):
        audited(trees, Planted(), problems[:2], answers=path)
