from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.paths import POCKET

from chartered.audit.cases import CONTROL, Case
from chartered.audit.respondents.loading import Loaded, load
from chartered.audit.respondents.local import Local
from chartered.audit.respondents.protocol import written
from chartered.common.errors import AuditError, ModelError
from chartered.common.models import weights_sha256
from chartered.domains import API_VERSION, Check, Domain, Problem
from chartered.domains.prompts import render

TEMPLATE = (
    "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Llama with random weights that reads 512 byte-level tokens."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    special = ["<|pad|>", "<|end|>", "<|user|>", "<|assistant|>"]
    vocabulary = {token: i for i, token in enumerate(special + sorted(pre_tokenizers.ByteLevel.alphabet()))}
    raw: Any = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    raw.pre_tokenizer, raw.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    raw.add_special_tokens(special)
    factory: Any = PreTrainedTokenizerFast
    tokenizer = factory(tokenizer_object=raw, pad_token="<|pad|>", eos_token="<|end|>")
    tokenizer.chat_template = TEMPLATE
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=512,
        tie_word_embeddings=False,
        pad_token_id=0,
        eos_token_id=1,
        bos_token_id=None,
    )
    model: Any = LlamaForCausalLM(config)
    # a sampling model's settings, which a greedy audit must neither use nor warn of
    sampling: Any = GenerationConfig
    model.generation_config = sampling(do_sample=True, temperature=0.6, top_p=0.9, eos_token_id=1)
    found = tmp_path_factory.mktemp("tiny")
    model.save_pretrained(found)
    tokenizer.save_pretrained(found)
    return found


@pytest.fixture(scope="module")
def loaded(folder: Path) -> Loaded:
    return load(folder)


def case(problem: Problem) -> Case:
    return Case(item=problem.id, arm=CONTROL, problem=problem)


def log_probability(loaded: Loaded, problem: Problem, option: str, *, end: bool = True) -> float:
    """Of " option" and the end token behind the prompt and marker, token by token and without padding."""
    import torch

    messages = [dict(turn) for turn in render(problem)]
    prompt: Any = loaded.tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)  # type: ignore[arg-type]
    before = loaded.tokenizer(f"{prompt}Answer:")["input_ids"]
    after = [*loaded.tokenizer(f" {option}")["input_ids"], *([loaded.tokenizer.eos_token_id] if end else [])]
    total = 0.0
    for i, token in enumerate(after):
        with torch.inference_mode():
            logits = loaded.model(input_ids=torch.tensor([[*before, *after[:i]]])).logits[0, -1]
        total += float(logits.log_softmax(-1)[token])
    return total


def test_log_probabilities_agree_with_one_forward_pass_a_token(
    loaded: Loaded, trees: Domain, problems: list[Problem]
) -> None:
    asked = [problems[0], problems[131]]  # questions of different length, so that one is padded
    answers = Local(loaded, trees, scoring="logprob", batch_size=8).answer([case(p) for p in asked])
    for problem, answer in zip(asked, answers, strict=True):
        expected = [log_probability(loaded, problem, option) for option in problem.options]
        found = [float(part.split()[1]) for part in answer.response.split(", ")]
        assert found == pytest.approx(expected, abs=2e-4)
        assert answer.choice == problem.options[max(range(4), key=expected.__getitem__)]


def test_greedy_answers_do_not_depend_on_the_batch(loaded: Loaded, trees: Domain, problems: list[Problem]) -> None:
    asked = [problems[i] for i in (0, 11, 112, 3, 47)]
    alone = [written(Local(loaded, trees, max_new_tokens=8, batch_size=1), [p])[0] for p in asked]
    assert written(Local(loaded, trees, max_new_tokens=8, batch_size=3), asked) == alone


def test_asked_twice_the_answers_are_the_same(loaded: Loaded, trees: Domain, problems: list[Problem]) -> None:
    respondent = Local(loaded, trees, max_new_tokens=8, batch_size=4)
    cases = [case(p) for p in problems[:6]]
    assert respondent.answer(cases) == respondent.answer(cases)


def test_a_model_with_sampling_settings_is_asked_greedily_and_without_a_warning(
    loaded: Loaded, trees: Domain, problems: list[Problem], caplog: pytest.LogCaptureFixture
) -> None:
    import torch

    prompt: Any = loaded.tokenizer.apply_chat_template(
        [dict(turn) for turn in render(problems[0])],  # type: ignore[arg-type]
        tokenize=False,
        add_generation_prompt=True,
    )
    ids = list(loaded.tokenizer(prompt)["input_ids"])
    width = len(ids)
    for _ in range(6):
        with torch.inference_mode():
            ids.append(int(loaded.model(input_ids=torch.tensor([ids])).logits[0, -1].argmax()))
        if ids[-1] == loaded.tokenizer.eos_token_id:
            break
    expected = loaded.tokenizer.decode(ids[width:], skip_special_tokens=True)
    with caplog.at_level("WARNING"):
        assert written(Local(loaded, trees, max_new_tokens=6), [problems[0]]) == [expected]
    assert not caplog.records


def test_the_verifier_reads_the_choice(loaded: Loaded, problem: Any) -> None:
    def fixed(check: Check) -> Local:
        domain = Domain(
            name="d",
            api_version=API_VERSION,
            description="",
            licence="",
            corpora=(),
            problem_sets=(),
            rewards={},
            verifiers={"tree": lambda *_: check},
            probes={},
            policy=Path("none"),
            recipes={},
        )
        return Local(loaded, domain, max_new_tokens=2)

    cases = [case(problem())]
    assert fixed(Check(status="correct", score=1, answer="cedar")).answer(cases)[0].choice == "cedar"
    assert fixed(Check(status="wrong", score=0, answer="oak")).answer(cases)[0].choice is None
    assert fixed(Check(status="no_answer", score=0)).answer(cases)[0].choice is None
    with pytest.raises(AuditError, match="the verifier failed"):
        fixed(Check(status="timeout", score=0, reason="too slow")).answer(cases)


def test_progress_rises_to_the_end(loaded: Loaded, trees: Domain, problems: list[Problem]) -> None:
    seen: list[tuple[int, int]] = []
    cases = [case(p) for p in problems[:5]]
    Local(loaded, trees, max_new_tokens=2, batch_size=2).answer(cases, lambda d, t: seen.append((d, t)))
    assert seen == [(2, 5), (4, 5), (5, 5)]
    seen.clear()
    Local(loaded, trees, scoring="logprob", batch_size=8).answer(cases, lambda d, t: seen.append((d, t)))
    assert seen[-1] == (5, 5) and seen == sorted(seen)


def test_a_prompt_that_is_too_long_is_refused_and_not_cut(loaded: Loaded, trees: Domain, problem: Any) -> None:
    long = problem(options=("ash" * 200, "cedar"))
    with pytest.raises(AuditError, match=f"problem {long.id} needs .* the model reads at most 512"):
        written(Local(loaded, trees, max_new_tokens=8), [long])
    with pytest.raises(AuditError, match="reads at most 512"):
        Local(loaded, trees, scoring="logprob").answer([case(long)])


def test_log_probabilities_need_options(loaded: Loaded, trees: Domain, problem: Any) -> None:
    with pytest.raises(AuditError, match="has no options"):
        Local(loaded, trees, scoring="logprob").answer([case(problem(options=()))])


def test_the_info_names_weights_and_decoding(folder: Path, loaded: Loaded, trees: Domain) -> None:
    info = Local(folder, trees, max_new_tokens=5, batch_size=3).info
    assert info.kind == "local" and info.sha256 == weights_sha256(folder) == loaded.sha256
    assert info.decoding == "greedy, at most 5 new tokens, batches of 3"


def test_pickled_weights_are_refused_before_they_are_opened(trees: Domain, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "pytorch_model.bin").write_bytes(b"never read")
    with pytest.raises(ModelError, match=r"pickled \(pytorch_model\.bin\)"):
        Local(tmp_path, trees)


def test_the_pocket_can_be_asked_in_both_ways(trees: Domain, problems: list[Problem]) -> None:
    cases = [case(p) for p in problems[:4]]
    for scoring in ("generate", "logprob"):
        answers = Local(POCKET, trees, scoring=scoring, max_new_tokens=16).answer(cases)
        assert len(answers) == 4 and all(a.choice is None or a.choice in problems[0].options for a in answers)


def likelihood(text: str) -> Case:
    problem = Problem(
        prompt=({"role": "user", "content": text},), answer="", kind="text", domain="d", split="heldout", options=()
    )
    return Case(item=text, arm=CONTROL, problem=problem, ask="likelihood")


def test_a_letter_is_chosen_by_its_own_log_probability(loaded: Loaded, trees: Domain, problems: list[Problem]) -> None:
    respondent = Local(loaded, trees, scoring="letter")
    answer = respondent.answer([case(problems[0])])[0]
    assert answer.scores is not None and "option scores" in respondent.gives
    expected = [log_probability(loaded, problems[0], letter, end=False) for letter in "ABCD"]
    assert answer.scores == pytest.approx(expected, abs=2e-4)
    assert answer.choice == problems[0].options[max(range(4), key=expected.__getitem__)]


def test_the_likelihood_of_a_text_is_that_of_all_tokens_after_its_first(loaded: Loaded, trees: Domain) -> None:
    import torch

    text = "a plain text"
    ids = torch.tensor([loaded.tokenizer(text)["input_ids"]])
    with torch.inference_mode():
        told = loaded.model(input_ids=ids).logits[0, :-1].log_softmax(-1).gather(-1, ids[0, 1:, None])
    answer = Local(loaded, trees).answer([likelihood(text)])[0]
    assert answer.scores == pytest.approx((float(told.sum()), ids.shape[1] - 1), abs=2e-4)


def test_cases_that_ask_for_different_things_are_answered_in_order(
    loaded: Loaded, trees: Domain, problems: list[Problem]
) -> None:
    respondent = Local(loaded, trees, max_new_tokens=8)
    mixed = [case(problems[0]), likelihood("one text"), replace(case(problems[1]), ask="write"), likelihood("another")]
    seen: list[tuple[int, int]] = []
    found = respondent.answer(mixed, lambda done, total: seen.append((done, total)))
    assert [answer.scores is not None for answer in found] == [False, True, False, True]
    assert found[2].choice is None and found[2].response == written(respondent, [problems[1]])[0]
    assert seen[-1] == (4, 4)


def test_raw_text_is_carried_on_without_a_chat(loaded: Loaded, trees: Domain) -> None:
    asked = replace(likelihood("carry this on"), ask="continue")
    respondent = Local(loaded, trees, max_new_tokens=8)
    assert respondent.answer([asked]) == respondent.answer([asked])
    assert len(respondent.answer([asked])[0].response) <= 8


def test_sampling_differs_between_the_askings_and_repeats_with_its_seed(
    loaded: Loaded, trees: Domain, problems: list[Problem]
) -> None:
    def asked(seed: int) -> list[str]:
        sampling = Local(loaded, trees, max_new_tokens=8, temperature=1.0, seed=seed)
        assert "sampled at temperature 1.0" in sampling.info.decoding
        return written(sampling, [problems[0]] * 2)

    assert asked(1) == asked(1) != asked(2)
    assert asked(1)[0] != asked(1)[1]


def test_a_sampled_answer_is_drawn_for_its_case_and_not_for_its_prompt(
    loaded: Loaded, trees: Domain, problems: list[Problem]
) -> None:
    sampling = Local(loaded, trees, max_new_tokens=8, batch_size=1, temperature=1.0)
    control = case(problems[0])
    again = replace(control, arm="duplicate")
    first, second = sampling.answer([control, again])
    assert first != second
    assert sampling.answer([again]) == [second]


def test_a_text_of_one_token_has_no_likelihood(loaded: Loaded, trees: Domain) -> None:
    with pytest.raises(AuditError, match="fewer than two tokens"):
        Local(loaded, trees).answer([likelihood("a")])
