"""A domain's verifier and rewards in the signatures of other trainers. None of them is imported here.

| read at         | what it is given                                             | problem's id  | no reward       |
|-----------------|--------------------------------------------------------------|---------------|-----------------|
| TRL 1.16        | `Scorer.trl(name)` in `reward_funcs`                         | `problem_id`  | None            |
| verl 0.9.1      | `custom_reward_function`: `Scorer.verl`, or `verl_batch`     | `extra_info`  | `missing`       |
| OpenRLHF 0.11.2 | file of `--reward.remote_url`: `reward_func = scorer.openrlhf` | label       | `missing`       |
| verifiers 0.4.0 | `Scorer.verifiers` as a reward of the task                   | `TaskData.id` | error on trace  |

verl and OpenRLHF have no way to say "no reward": there `missing` is given, and None, the default, stops the run.
`trl_row` and its like make the rows of a data set that fit.
"""

import asyncio
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from chartered.common.errors import DataError, TrainingError, UsageError, nearest
from chartered.domains.checking.checker import Checker, OnChecks
from chartered.domains.contract import Check, Domain, Problem
from chartered.domains.prompts import render
from chartered.domains.rewards import weighted
from chartered.domains.verifiers.reading.stages import STRICT, reading

TrlReward = Callable[..., list[float | None]]
_KEPT = 4096  # checks; each reward of a trainer asks about the same responses in turn
_TAIL = 200  # characters of a prompt that a trainer may have cut at its beginning
_SPECIAL = re.compile(r"(?:\s*(?:<[|\uff5c][^<>|\uff5c]{1,40}[|\uff5c]>|</s>|<eos>|<end_of_turn>))+\s*$")


class Scorer:
    """Checks each response once, however many rewards ask.

    Safe to call from several threads, as verl and OpenRLHF do.

    Args:
        domain: whose verifiers and rewards are used.
        problems: all that may be asked about.
        weights: of the domain's rewards, for trainers that take one number; without it `correct` alone.
        checker: checks responses, counts failures and stops at too many; without one verifiers run here, and one that
            hangs hangs the trainer. `Checker(Pool(domain))` has processes that can be killed.
        missing: the reward for a time-out or an error where a trainer takes no None; None stops the run.
        on_checks: called with what was checked, before the run may stop.
    """

    def __init__(
        self,
        domain: Domain,
        problems: Iterable[Problem],
        *,
        weights: Mapping[str, float] | None = None,
        checker: Checker | None = None,
        missing: float | None = None,
        on_checks: OnChecks | None = None,
    ) -> None:
        self.domain, self.missing = domain, missing
        self.checker = checker or Checker(domain)
        self._on_checks = on_checks
        self.problems = {problem.id: problem for problem in problems}
        self._total = weighted(domain.rewards, weights or {"correct": 1.0})
        self._checks: OrderedDict[tuple[str, str], Check] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, ids: Sequence[str], responses: Sequence[str]) -> list[Check]:
        """The checks of responses to the problems with these ids.

        Raises:
            DataError: an id is not among the problems.
            TrainingError: too many time-outs and errors.
        """
        asked = list(zip(ids, responses, strict=True))
        with self._lock:
            known = {key: self._checks[key] for key in asked if key in self._checks}
        new = [key for key in dict.fromkeys(asked) if key not in known]
        items = [(self._problem(problem_id), response) for problem_id, response in new]
        with reading(STRICT if self.checker.stages is None else self.checker.stages):
            checks = self.checker.check(items, on_checks=self._on_checks)
        with self._lock:
            self._checks.update(zip(new, checks, strict=True))
            while len(self._checks) > _KEPT:
                self._checks.popitem(last=False)
        known.update(zip(new, checks, strict=True))
        return [known[key] for key in asked]

    def score(self, problem_id: str, response: str) -> tuple[float | None, Check]:
        """The weighted reward, in [0, 1] or None, and the check that it rests on."""
        (check,) = self.check([problem_id], [response])
        return self._total(self.problems[problem_id], response, check), check

    def trl(self, name: str) -> TrlReward:
        """The reward of that name for TRL's `reward_funcs`.

        Raises:
            UsageError: the domain has no such reward.
        """
        if name not in self.domain.rewards:
            raise UsageError(
                f"domain {self.domain.name!r} has no reward {name!r}; {nearest(name, self.domain.rewards)}"
            )
        reward = self.domain.rewards[name]

        def scored(prompts: Any, completions: Sequence[Any], problem_id: Sequence[str], **_: Any) -> list[float | None]:
            responses = [_text(completion) for completion in completions]
            checks = self.check(problem_id, responses)
            return [
                None if check.failed else reward(self.problems[one], response, check)
                for one, response, check in zip(problem_id, responses, checks, strict=True)
            ]

        scored.__name__ = name  # TRL names its metrics so
        return scored

    def verl(
        self,
        data_source: str,
        solution_str: str,
        ground_truth: Any,
        extra_info: Mapping[str, Any] | None = None,
        **_: Any,
    ) -> dict[str, float | str]:
        """The `compute_score` of verl: `score`, with `acc`, `pred` and the verifier's `status` for its metrics."""
        problem_id = _carried(extra_info or {}, "extra_info")
        reward, check = self.score(problem_id, solution_str)
        return {
            "score": self._given(reward, check),
            "acc": float(check.status == "correct"),
            "pred": check.answer or "",
            "status": check.status,
        }

    def verl_batch(
        self,
        data_sources: Sequence[str],
        solution_strs: Sequence[str],
        ground_truths: Sequence[Any],
        extra_infos: Sequence[Mapping[str, Any]],
        **_: Any,
    ) -> list[dict[str, float | str]]:
        """The same for verl's batch reward manager; checks run side by side in the pool."""
        self.check([_carried(info, "extra_infos") for info in extra_infos], solution_strs)
        columns = zip(data_sources, solution_strs, ground_truths, extra_infos, strict=True)
        return [self.verl(*row) for row in columns]

    def openrlhf(self, queries: Sequence[str], prompts: Sequence[str], labels: Sequence[str]) -> dict[str, Any]:
        """OpenRLHF's `reward_func`: tensors `rewards` and `scores`, of one number for each query, and `extra_logs`.

        A query is prompt and response with their special tokens; the label is the problem's id.
        """
        import torch  # this module is read by whoever lists rewards; OpenRLHF has it loaded anyhow

        responses = [_after(query, prompt) for query, prompt in zip(queries, prompts, strict=True)]
        self.check(labels, responses)
        scored = [self.score(label, response) for label, response in zip(labels, responses, strict=True)]
        rewards = torch.tensor([self._given(reward, check) for reward, check in scored])
        logs = {
            "correct": torch.tensor([float(check.status == "correct") for _, check in scored]),
            "verifier_failed": torch.tensor([float(check.failed) for _, check in scored]),
        }
        return {"rewards": rewards, "scores": rewards, "extra_logs": logs}

    async def verifiers(self, task: Any, trace: Any) -> float:
        """A reward of `verifiers`: plug it in by name, or call it in a method marked `@vf.reward`.

        Raises:
            TrainingError: the verifier failed; `verifiers` writes that onto the trace and leaves the reward unset.
        """
        # another thread, for a check must not hold up the other rollouts of the event loop
        reward, check = await asyncio.to_thread(self.score, str(task.id), str(trace.last_reply))
        if reward is None:
            raise TrainingError(_none(check))
        return reward

    def _problem(self, problem_id: str) -> Problem:
        if problem_id not in self.problems:
            raise DataError(
                f"the trainer asks about the problem {problem_id!r}, which is not among the {len(self.problems)} that "
                "the scorer was given; make the rows of the trainer from the same problems."
            )
        return self.problems[problem_id]

    def _given(self, reward: float | None, check: Check) -> float:
        given = self.missing if reward is None else reward
        if given is None:
            raise TrainingError(f"{_none(check)}, and this trainer takes no None; mend the verifier or set `missing`.")
        return given


def trl_row(problem: Problem) -> dict[str, Any]:
    """A row for TRL's GRPO and RLOO trainers."""
    return {"prompt": render(problem), "problem_id": problem.id}


def verl_row(problem: Problem) -> dict[str, Any]:
    """A row of verl's parquet files."""
    return {
        "data_source": f"{problem.domain}/{problem.kind}",
        "prompt": render(problem),
        "ability": problem.domain,
        "reward_model": {"style": "rule", "ground_truth": problem.answer},
        "extra_info": {"problem_id": problem.id, "split": problem.split},
    }


def openrlhf_row(problem: Problem) -> dict[str, Any]:
    """A row for OpenRLHF with `--data.input_key input --data.label_key label --data.apply_chat_template`."""
    return {"input": render(problem), "label": problem.id}


def verifiers_row(problem: Problem) -> dict[str, Any]:
    """The fields of a `TaskData`."""
    return {"id": problem.id, "name": problem.kind, "prompt": render(problem)}


def _text(completion: Any) -> str:
    return completion if isinstance(completion, str) else str(completion[-1]["content"])


def _carried(extra_info: Mapping[str, Any], name: str) -> str:
    if "problem_id" not in extra_info:
        raise DataError(f"a row of the trainer has no `problem_id` in `{name}`; make the rows with `verl_row`.")
    return str(extra_info["problem_id"])


def _after(query: str, prompt: str) -> str:
    """What follows the prompt, without the special tokens at the end."""
    for part in (prompt, prompt[-_TAIL:]):
        _, matched, response = query.partition(part)
        if matched:
            return _SPECIAL.sub("", response)
    raise DataError(
        f"a query of {len(query)} characters does not contain its prompt, so the response cannot be separated from it; "
        f"the prompt ends with {prompt[-40:]!r}."
    )


def _none(check: Check) -> str:
    if check.failed:
        return f"the verifier failed on a response ({check.status}: {check.reason}), so there is no reward"
    return "none of the rewards applies to a response"
