import asyncio
import inspect
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from tests import hostile_domain
from tests.hostile_domain import problem

from chartered.common.errors import DataError, TrainingError, UsageError
from chartered.domains import Check, Domain
from chartered.domains.checking.checker import Checker
from chartered.domains.checking.pool import Pool
from chartered.domains.rewards import correct, format
from chartered.domains.rewards.adapters import Scorer, openrlhf_row, trl_row, verifiers_row, verl_row

PROBLEMS = [problem(str(n)) for n in range(4)]
IDS = [one.id for one in PROBLEMS]


@pytest.fixture
def domain() -> Domain:
    from dataclasses import replace

    return replace(hostile_domain.domain, rewards={"correct": correct, "format": format})


@pytest.fixture
def scorer(domain: Domain) -> Scorer:
    return Scorer(domain, PROBLEMS)


@pytest.fixture
def counted(domain: Domain) -> tuple[Scorer, list[str]]:
    """A scorer, and the responses that its verifier was given."""
    from dataclasses import replace

    seen: list[str] = []

    def verify(problem: Any, response: str) -> Check:
        seen.append(response)
        return hostile_domain.act(problem, response)

    return Scorer(replace(domain, verifiers={"act": verify}), PROBLEMS), seen


def test_trl_gets_a_reward_for_each_completion_and_none_for_a_failure(scorer: Scorer) -> None:
    rewards = scorer.trl("correct")(
        prompts=["?"] * 3, completions=["0", "x", "raise"], problem_id=IDS[:3], completion_ids=[[1]] * 3, log_extra=None
    )
    assert rewards == [1.0, 0.0, None]


def test_trl_gets_the_last_turn_of_conversations(scorer: Scorer) -> None:
    turns = [[{"role": "assistant", "content": "1"}], [{"role": "assistant", "content": "Answer: 1"}]]
    assert scorer.trl("correct")(prompts=["?"] * 2, completions=turns, problem_id=[IDS[1]] * 2) == [1.0, 0.0]
    assert scorer.trl("format")(prompts=["?"] * 2, completions=turns, problem_id=[IDS[1]] * 2) == [0.0, 1.0]


def test_trl_names_its_metrics_by_the_reward(scorer: Scorer) -> None:
    assert scorer.trl("format").__name__ == "format"


def test_an_unknown_reward_is_refused(scorer: Scorer) -> None:
    with pytest.raises(UsageError, match="did you mean 'correct'"):
        scorer.trl("corect")
    with pytest.raises(UsageError, match="did you mean 'correct'"):
        Scorer(scorer.domain, PROBLEMS, weights={"corect": 1.0})


def test_each_response_is_checked_once_however_many_rewards_ask(counted: tuple[Scorer, list[str]]) -> None:
    scorer, seen = counted
    for name in ("correct", "format"):
        scorer.trl(name)(prompts=["?"] * 3, completions=["0", "0", "x"], problem_id=[IDS[0], IDS[0], IDS[1]])
    scorer.verl("s", "x", "1", {"problem_id": IDS[1]})
    assert seen == ["0", "x"]
    assert scorer.checker.total == 2


def test_the_same_response_to_another_problem_is_another_check(counted: tuple[Scorer, list[str]]) -> None:
    scorer, seen = counted
    assert [check.status for check in scorer.check(IDS[:2], ["1", "1"])] == ["wrong", "correct"]
    assert seen == ["1", "1"]


def test_verl_gets_the_score_and_what_its_metrics_use(scorer: Scorer) -> None:
    found = scorer.verl(data_source="s", solution_str="1", ground_truth="1", extra_info={"problem_id": IDS[1]})
    assert found == {"score": 1.0, "acc": 1.0, "pred": "1", "status": "correct"}


def test_verl_in_batches_gets_the_same_and_the_same_keys(scorer: Scorer) -> None:
    scorer.missing = 0.5
    rows = scorer.verl_batch(["s"] * 3, ["1", "x", "raise"], ["1"] * 3, [{"problem_id": IDS[1]}] * 3)
    assert [row["score"] for row in rows] == [1.0, 0.0, 0.5]
    assert {tuple(row) for row in rows} == {("score", "acc", "pred", "status")}


def test_a_weighted_sum_is_given_where_one_number_is_wanted(domain: Domain) -> None:
    scorer = Scorer(domain, PROBLEMS, weights={"correct": 3.0, "format": 1.0})
    assert scorer.verl("s", "Answer: 1", "1", {"problem_id": IDS[1]})["score"] == 0.25
    assert scorer.verl("s", "1", "1", {"problem_id": IDS[1]})["score"] == 0.75


def test_a_failure_stops_trainers_that_take_no_none_unless_one_says_what_to_give(scorer: Scorer) -> None:
    for asked in (
        lambda: scorer.verl("s", "raise", "1", {"problem_id": IDS[1]}),
        lambda: scorer.openrlhf(["promptraise"], ["prompt"], [IDS[1]]),
    ):
        with pytest.raises(TrainingError, match=r"error: .*no such unit.*set `missing`"):
            asked()


def test_openrlhf_gets_tensors_for_what_follows_the_prompt(scorer: Scorer) -> None:
    scorer.missing = 0.0
    prompt = "<|im_start|>user\nHow much?<|im_end|>\n<|im_start|>assistant\n"
    queries = [prompt + "1<|im_end|>", "<s>" + prompt + "1</s></s>", prompt + "x", prompt + "raise<|im_end|>\n"]
    found = scorer.openrlhf(queries, [prompt] * 4, [IDS[1]] * 4)
    assert found["rewards"].tolist() == found["scores"].tolist() == [1.0, 1.0, 0.0, 0.0]
    assert found["extra_logs"]["correct"].tolist() == [1.0, 1.0, 0.0, 0.0]
    assert found["extra_logs"]["verifier_failed"].tolist() == [0.0, 0.0, 0.0, 1.0]


def test_openrlhf_may_have_cut_the_prompt_at_its_beginning(scorer: Scorer) -> None:
    prompt = "a long story " * 100 + "How much?"
    assert scorer.openrlhf([prompt[300:] + "1"], [prompt], [IDS[1]])["rewards"].tolist() == [1.0]


def test_openrlhf_is_told_when_a_query_is_not_of_its_prompt(scorer: Scorer) -> None:
    with pytest.raises(DataError, match="does not contain its prompt"):
        scorer.openrlhf(["something else"], ["How much?"], [IDS[1]])


class Said:
    """What the trace of `verifiers` has of a task and of a rollout."""

    def __init__(self, **fields: str) -> None:
        self.__dict__.update(fields)


def test_verifiers_gets_a_float_and_an_exception_for_a_failure(scorer: Scorer) -> None:
    task = Said(id=IDS[1])
    assert asyncio.run(scorer.verifiers(task, Said(last_reply="1"))) == 1.0
    assert asyncio.run(scorer.verifiers(task, Said(last_reply="x"))) == 0.0
    with pytest.raises(TrainingError, match="no such unit"):
        asyncio.run(scorer.verifiers(task, Said(last_reply="raise")))


def test_verifiers_passes_what_the_reward_names(scorer: Scorer) -> None:
    # `verifiers` looks at the signature and hands over task and trace by name
    assert list(inspect.signature(scorer.verifiers).parameters) == ["task", "trace"]
    assert inspect.iscoroutinefunction(scorer.verifiers)


def test_rows_carry_the_id_to_where_each_trainer_gives_it_back() -> None:
    one = PROBLEMS[1]
    assert trl_row(one)["problem_id"] == one.id
    assert verl_row(one)["extra_info"] == {"problem_id": one.id, "split": "train"}
    assert verl_row(one)["data_source"] == "hostile/act" and verl_row(one)["reward_model"]["ground_truth"] == "1"
    assert openrlhf_row(one)["label"] == one.id
    assert verifiers_row(one)["id"] == one.id
    prompts = [
        trl_row(one)["prompt"],
        verl_row(one)["prompt"],
        openrlhf_row(one)["input"],
        verifiers_row(one)["prompt"],
    ]
    assert all(prompt == prompts[0] and prompt[0]["role"] == "user" for prompt in prompts)


def test_a_problem_that_the_scorer_was_not_given_is_named(scorer: Scorer) -> None:
    with pytest.raises(DataError, match="'0000', which is not among the 4"):
        scorer.check(["0000"], ["1"])
    with pytest.raises(DataError, match="no `problem_id` in `extra_info`"):
        scorer.verl("s", "1", "1")


def test_too_many_failures_stop_the_run_with_examples(scorer: Scorer) -> None:
    scorer.check([IDS[0]] * 100, [str(n) for n in range(100)])
    with pytest.raises(TrainingError, match=r"failed on 6 of 106 .*(\n- error .*){1,5}"):
        scorer.check([IDS[n % 4] for n in range(6)], ["raise", "none", "nan", "raise", "none", "raise"])


def test_the_pool_keeps_a_hanging_verifier_from_hanging_the_trainer(domain: Domain) -> None:
    with Pool(domain, seconds=1.0) as pool:
        scorer = Scorer(domain, PROBLEMS, checker=Checker(pool))
        assert scorer.trl("correct")(prompts=["?"] * 3, completions=["0", "hang", "2"], problem_id=IDS[:3]) == [
            1.0, None, 1.0
        ]  # fmt: skip
        assert scorer.checker.counts == {"correct": 2, "timeout": 1}


def test_threads_may_ask_at_once(domain: Domain) -> None:
    with Pool(domain) as pool:
        scorer = Scorer(domain, PROBLEMS, checker=Checker(pool))
        scores: dict[int, float | str] = {}

        def ask(n: int) -> None:
            scores[n] = scorer.verl("s", str(n), "", {"problem_id": IDS[n % 4]})["score"]

        threads = [Thread(target=ask, args=(n,)) for n in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert scores == {n: float(n < 4) for n in range(16)}
        assert scorer.checker.total == 16


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::FutureWarning")  # TRL and transformers disagree about names
def test_the_installed_trl_trains_on_the_reward_and_leaves_none_out(
    scorer: Scorer, tiny_model: Path, tmp_path: Path
) -> None:
    import torch
    from datasets import Dataset
    from trl import GRPOTrainer

    from chartered.adapt import arguments

    keys = {"max_steps": 1, "per_device_train_batch_size": 4, "num_generations": 4, "max_completion_length": 2}
    trainer = GRPOTrainer(
        model=str(tiny_model),
        reward_funcs=[scorer.trl("correct"), scorer.trl("format")],
        args=arguments.build("reinforce", keys, work=tmp_path, seed=0),
        train_dataset=Dataset.from_list([trl_row(one) for one in PROBLEMS]),
    )
    trainer.train()
    assert scorer.checker.total > 0
    inputs = [trl_row(PROBLEMS[1])] * 3
    completions = [[{"role": "assistant", "content": text}] for text in ("1", "x", "raise")]
    rewards = trainer._calculate_rewards(inputs, [row["prompt"] for row in inputs], completions, [[1]] * 3)
    torch.testing.assert_close(
        rewards, torch.tensor([[1.0, 0.0], [0.0, 0.0], [float("nan")] * 2]), equal_nan=True, check_device=False
    )
