import random
import re
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.adapt.skills import greedy, is_right, measure

from chartered.adapt.pocket import pocket_path
from chartered.adapt.pocket.arithmetic import shares, worked_product, worked_quotient
from chartered.adapt.pocket.text import SHARES, SKILLS, documents, held_out, problems
from chartered.adapt.pocket.train import Plan, encode, train
from chartered.common.models import load_model, load_tokenizer, weights_sha256
from chartered.domains.contract import Problem
from chartered.domains.prompts import final_answer, render

MEDICAL = frozenset(
    re.findall(
        r"\w+",
        "patient patients doctor nurse hospital clinic disease diseases symptom symptoms diagnosis drug drugs dose "
        "doses tablet tablets pill pills medicine medical surgery surgeon fever cough pain headache rash nausea "
        "blood heart lung lungs liver kidney kidneys glucose sodium potassium creatinine haemoglobin insulin "
        "antibiotic vaccine infection cancer tumour tumor diabetes asthma pneumonia sepsis stroke fracture pregnant "
        "allergy allergic aspirin ibuprofen warfarin penicillin mg mmol ml",
    )
)


NUMBER = r"\d+(?:\.\d+)?"
RANGES = (
    ("low", "normal", "high"),
    ("below the range", "within the range", "above the range"),
    ("too low", "as usual", "too high"),
)
# a little under what the card states, by three standard errors at n = 40; the skills that it lacks have no floor
FLOOR = {"associated": 0.8, "acted": 0.85, "ranged": 0.5, "multiply": 0.45, "divide": 0.35, "two_steps": 0.25}


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    return load_tokenizer(pocket_path())


def test_the_text_holds_no_word_of_medicine() -> None:
    found = set()
    for document in islice(documents(11), 5_000):
        text = document if isinstance(document, str) else " ".join(turn["content"] for turn in document)
        # a code such as MG-12 is no milligram
        found |= {word.lower() for word in re.findall(r"\b[A-Za-z][a-z]+", text)} & MEDICAL
    assert not found


@pytest.mark.parametrize("skill", SKILLS)
def test_every_solution_ends_with_the_right_answer(skill: str) -> None:
    for problem in problems(skill, 200, seed=3):
        assert problem.kind == skill and problem.solution
        assert is_right(problem, problem.solution)
        assert final_answer(problem.solution) == " ".join(filter(None, (problem.answer, problem.unit)))
        if problem.options:
            assert problem.options.count(problem.answer) == 1 and len(set(problem.options)) == len(problem.options)


@pytest.mark.parametrize("problem", problems("ranged", 100, seed=3), ids=lambda problem: problem.id)
def test_a_reading_is_named_by_where_it_lies(problem: Problem) -> None:
    question = re.sub(r"\d+-year-old|[A-Z][a-z]+, \d+,", "", problem.question)
    low, high = map(float, re.findall(rf"({NUMBER}) to ({NUMBER})", question)[0])
    reading = next(float(n) for n in re.findall(NUMBER, question) if float(n) not in (low, high))
    ordered = next(names for names in RANGES if set(names) == set(problem.options))
    assert problem.answer == ordered[(reading > low) + (reading > high)]


@given(st.integers(1, 99), st.integers(1, 999))
def test_every_step_of_a_worked_product_is_true(first: int, second: int) -> None:
    for side in worked_product(first, second).rstrip(".").split(" = "):
        total = sum(int(a) * int(b or 1) for a, b in (part.partition(" x ")[::2] for part in side.split(" + ")))
        assert total == first * second


@given(st.randoms(use_true_random=False))
def test_a_division_leaves_no_remainder(rng: random.Random) -> None:
    dividend, divisor = shares(rng)
    assert worked_quotient(dividend, divisor) == f"{dividend} / {divisor} = {dividend / divisor:.0f}."
    assert dividend % divisor == 0 and 2 <= divisor <= 12


def test_shares_add_up_and_cover_every_skill() -> None:
    assert sum(SHARES.values()) == pytest.approx(1)
    assert set(SKILLS) < set(SHARES)


def test_held_out_problems_are_never_trained_on() -> None:
    for skill in SKILLS:
        assert all(map(held_out, problems(skill, 50, seed=5)))
    kept = {
        render(problem)[-1]["content"] for skill in ("associated", "acted") for problem in problems(skill, 200, seed=5)
    }
    for document in islice(documents(3), 2000):
        if not isinstance(document, str):
            assert not kept & {turn["content"] for turn in document}


def test_the_same_seed_gives_the_same_text_and_another_does_not() -> None:
    one, same, other = (list(islice(documents(seed), 50)) for seed in (4, 4, 5))
    assert one == same != other


@given(st.text(max_size=200))
def test_text_survives_the_tokenizer(tokenizer: Any, text: str) -> None:
    assert tokenizer.decode(tokenizer.encode(text, add_special_tokens=False)) == text


@given(st.integers(0, 10**12))
def test_each_digit_is_a_token(tokenizer: Any, number: int) -> None:
    assert tokenizer.tokenize(str(number)) == list(str(number))


@given(st.text(max_size=60), st.text(max_size=60), st.booleans())
def test_the_prompt_is_a_prefix_of_the_dialogue(tokenizer: Any, asked: str, reply: str, system: bool) -> None:
    before = [{"role": "system", "content": "Think."}] if system else []
    prompt = [*before, {"role": "user", "content": asked}]
    short = tokenizer.apply_chat_template(prompt, add_generation_prompt=True)["input_ids"]
    whole = tokenizer.apply_chat_template([*prompt, {"role": "assistant", "content": reply}])["input_ids"]
    assert whole[: len(short)] == short
    assert whole[-1] == tokenizer.eos_token_id


def test_a_role_that_is_not_known_is_refused(tokenizer: Any) -> None:
    with pytest.raises(Exception, match="not tool"):
        tokenizer.apply_chat_template([{"role": "tool", "content": "x"}])


def test_a_reply_counts_whole_and_a_prompt_little(tokenizer: Any) -> None:
    dialogue: Any = [{"role": "user", "content": "Choose red."}, {"role": "assistant", "content": "It says red."}]
    ids, weights = encode(tokenizer, dialogue, prompt_weight=0.25)
    own = [token for token, weight in zip(ids, weights, strict=True) if weight == 1]
    assert tokenizer.decode(own) == "It says red.<|end|>"
    assert set(weights) == {0.25, 1.0}


def test_what_is_shipped_is_small_and_has_no_pickle() -> None:
    files = [path for path in pocket_path().iterdir() if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= 8_000_000
    assert {path.name for path in files} == {
        "config.json",
        "generation_config.json",
        "model.safetensors",
        "tokenizer.json",
        "tokenizer_config.json",
        "chat_template.jinja",
    }


def test_the_card_states_this_model(tokenizer: Any) -> None:
    card = (pocket_path().parent / "CARD.md").read_text(encoding="utf-8")
    model = load_model(pocket_path())
    assert f"{model.num_parameters():,}" in card
    assert f"{len(tokenizer):,}" in card
    assert weights_sha256(pocket_path()) in card
    assert all(re.search(rf"\| {skill} \|", card) for skill in SKILLS)


@pytest.mark.slow
def test_a_rebuild_from_a_seed_gives_the_same_weights(tmp_path: Path) -> None:
    made = []
    for name, seed in (("one", 7), ("two", 7), ("three", 8)):
        plan = Plan(seed=seed, tokens=6_000, batch_tokens=2_000, threads=1)
        trained = train(plan, tmp_path / name, lambda line: None)
        made.append(weights_sha256(tmp_path / name))
        assert trained.steps >= 3 and trained.cpu_seconds > 0
    assert made[0] == made[1] != made[2]
    assert (tmp_path / "one" / "tokenizer.json").read_bytes() == (tmp_path / "two" / "tokenizer.json").read_bytes()


@pytest.mark.slow
def test_the_shipped_pocket_has_its_skills() -> None:
    model: Any = load_model(pocket_path())
    skills = measure(greedy(model.eval(), load_tokenizer(pocket_path())), count=40, seed=2)
    assert {skill.name for skill in skills if skill.accuracy < FLOOR.get(skill.name, 0)} == set()
