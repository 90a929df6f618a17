import copy
from collections import Counter
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.paths import MEDICAL

from chartered.audit.cases import CONTROL, DUPLICATE, PLACEBO, POSITIVE_CONTROL, Answer, Asked, Case
from chartered.audit.probes.cognitive_bias.probe import ARMS, BIASES, REBUTTAL, REPEAT, CognitiveBias
from chartered.audit.probes.registry import load_probe
from chartered.common.errors import UsageError
from chartered.domains import Domain, Problem, load_domain

WORDING = MEDICAL / "probes" / "cognitive_bias.yaml"
DOMAIN = load_domain("medical")
PROBE = CognitiveBias(WORDING, DOMAIN)

words = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12)
any_options = st.lists(words, min_size=2, max_size=8, unique_by=str.casefold)


def problem_of(options: list[str], answer: str, question: str = "A man coughs. What is it?") -> Problem:
    return Problem(
        prompt=({"role": "user", "content": question},),
        answer=answer,
        kind="k",
        domain="d",
        split="heldout",
        options=tuple(options),
    )


def cases_of(problem: Problem, seed: int = 7) -> dict[str, Case]:
    return {case.arm: case for case in PROBE.cases([problem], seed=seed).cases}


@given(any_options, st.data(), st.integers(0, 99))
def test_the_target_is_one_wrong_option_in_all_arms(options: list[str], data: st.DataObject, seed: int) -> None:
    answer = data.draw(st.sampled_from(options))
    cases = cases_of(problem_of(options, answer), seed)
    targets = {cases[bias].target for bias in BIASES}
    assert len(targets) == 1
    target = targets.pop()
    assert target in options and target != answer
    assert cases[POSITIVE_CONTROL].target == answer
    assert cases[CONTROL].target is cases[DUPLICATE].target is cases[PLACEBO].target is None


@given(any_options, st.data())
def test_options_and_right_answer_are_never_altered(options: list[str], data: st.DataObject) -> None:
    answer = data.draw(st.sampled_from(options))
    given_problem = problem_of(options, answer)
    before = copy.deepcopy(given_problem)
    cases = cases_of(given_problem)
    assert given_problem == before
    assert set(cases) == set(ARMS)
    for case in cases.values():
        assert (case.problem.options, case.problem.answer, case.item) == (before.options, answer, before.id)
    assert cases[CONTROL].problem == cases[DUPLICATE].problem == before


@given(any_options)
def test_the_inserted_sentence_is_whole_and_the_question_is_still_there(options: list[str]) -> None:
    problem = problem_of(options, options[0])
    for arm, case in cases_of(problem).items():
        if arm in (CONTROL, DUPLICATE, REPEAT, REBUTTAL):
            continue
        question = case.problem.question
        if arm == "confirmation":
            assert question.startswith("A man coughs. ") and question.endswith(" What is it?")
            sentence = question.removeprefix("A man coughs. ").removesuffix(" What is it?")
        else:
            assert question.startswith(problem.question + " ")
            sentence = question.removeprefix(problem.question + " ")
        assert sentence[0].isupper() and sentence.endswith(".")
        assert (f'"{case.target}"' in sentence) == (case.target is not None)


def test_targets_fall_evenly_on_the_wrong_options() -> None:
    problems = [problem_of(["a", "b", "c", "d"], "b", f"Case {n}. What?") for n in range(3000)]
    cases = PROBE.cases(problems, seed=7).cases
    found = Counter(case.target for case in cases if case.arm == "recency")
    # 1,000 each, standard deviation sqrt(3000 * 1/3 * 2/3) = 26
    assert set(found) == {"a", "c", "d"} and all(abs(count - 1000) < 104 for count in found.values())


def test_the_same_seed_gives_the_same_cases_and_another_seed_other_targets() -> None:
    problems = [problem_of(["a", "b", "c", "d"], "b", f"Case {n}. What?") for n in range(30)]
    assert PROBE.cases(problems, seed=1) == PROBE.cases(problems, seed=1)
    assert PROBE.cases(problems, seed=1) != PROBE.cases(problems, seed=2)


def test_the_order_of_items_does_not_change_their_targets() -> None:
    problems = [problem_of(["a", "b", "c", "d"], "b", f"Case {n}. What?") for n in range(30)]
    forward, backward = PROBE.cases(problems, seed=1).cases, PROBE.cases(problems[::-1], seed=1).cases
    assert sorted(forward, key=lambda c: (c.item, c.arm)) == sorted(backward, key=lambda c: (c.item, c.arm))


def test_what_does_not_fit_is_dropped_and_counted_by_reason() -> None:
    good = problem_of(["a", "b"], "b")
    odd = [
        good,
        problem_of([], "b"),
        problem_of(["a", "A "], "a"),
        problem_of(["a", "c"], "b"),
        problem_of(["b"], "b"),
        problem_of([str(n) for n in range(27)], "1"),
        problem_of(["", "b"], "b"),
        problem_of(["a", "b"], "b", " "),
    ]
    found = PROBE.cases([good, *odd], seed=7)
    assert found.items == 1 and len(found.cases) == len(ARMS)
    assert found.dropped == {
        "an empty question or option": 2,
        "asked twice": 1,
        "fewer than 2 or more than 26 options": 2,
        "not multiple choice": 1,
        "the right answer is not one of the options": 1,
        "two options read the same": 1,
    }


def test_a_target_with_braces_is_inserted_as_it_stands() -> None:
    cases = cases_of(problem_of(["{target}", "b {0}"], "b {0}"))
    assert '"{target}"' in cases["recency"].problem.question
    assert '"b {0}"' in cases[POSITIVE_CONTROL].problem.question


def test_placebo_sentences_are_of_like_length_and_name_no_option() -> None:
    wording = PROBE.wording
    biased = [len(getattr(wording.biases, bias).text) for bias in BIASES]
    for sentence in wording.placebo:
        assert min(biased) * 0.8 <= len(sentence) <= max(biased) * 1.2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("recency", "You saw {target} twice: {target}."), "{target} once"),
        (("recency", "You saw nothing."), "{target} once"),
        (("recency", "You saw {target!r} and {x}."), "{target} once"),
        (("recency", "You saw {target"), "expected '}'"),
        (("recency", "You saw {target}"), "full stop"),
    ],
)
def test_a_template_that_cannot_work_is_refused_with_its_line(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    wording = yaml.safe_load(WORDING.read_text())
    wording["biases"][change[0]]["text"] = change[1]
    path = tmp_path / "wording.yaml"
    path.write_text(yaml.safe_dump(wording, sort_keys=False))
    with pytest.raises(UsageError, match="line") as error:
        CognitiveBias(path, DOMAIN)
    assert said in str(error.value) and "biases.recency.text" in str(error.value)


def test_a_missing_bias_and_an_unknown_one_are_named(tmp_path: Path) -> None:
    wording = yaml.safe_load(WORDING.read_text())
    wording["biases"]["recencies"] = wording["biases"].pop("recency")
    path = tmp_path / "wording.yaml"
    path.write_text(yaml.safe_dump(wording, sort_keys=False))
    with pytest.raises(UsageError, match=r"unknown key 'biases.recencies'; did you mean 'recency'\?"):
        CognitiveBias(path, DOMAIN)
    del wording["biases"]["recencies"]
    path.write_text(yaml.safe_dump(wording, sort_keys=False))
    with pytest.raises(UsageError, match=r"the key 'biases.recency' is missing"):
        CognitiveBias(path, DOMAIN)


def test_an_unknown_probe_is_named_with_the_nearest(trees: Domain) -> None:
    with pytest.raises(UsageError, match=r"no probe 'cognitive_bais'; did you mean 'cognitive_bias'\?"):
        load_probe("cognitive_bais", trees)


def test_a_domain_without_wording_for_the_probe_gets_the_default_one(toy_domain: Domain) -> None:
    assert load_probe("cognitive_bias", toy_domain).wording_sha256 not in ("", PROBE.wording_sha256)


def test_a_second_turn_follows_the_right_answer_and_brings_no_argument() -> None:
    problem = problem_of(["flu", "cold"], "flu")
    cases = cases_of(problem)
    for arm in (REPEAT, REBUTTAL):
        first, answered, asked = cases[arm].problem.prompt
        assert first["content"].startswith(problem.question) and "B) cold" in first["content"]
        assert answered == {"role": "assistant", "content": "Answer: flu"}
        assert asked["role"] == "user" and "flu" not in asked["content"] and "cold" not in asked["content"]
        assert cases[arm].target is None


def test_only_answers_that_were_right_at_first_can_be_given_up() -> None:
    # of four items two are right in control; of these, one is lost when doubted and none when asked to repeat
    arms: dict[str, dict[tuple[str, str], Asked]] = {}
    for item, (control, repeat, rebuttal) in enumerate(
        [("a", "a", "a"), ("a", "a", "b"), ("b", "a", "b"), ("b", "b", "b")]
    ):
        for arm, choice in ((CONTROL, control), (REPEAT, repeat), (REBUTTAL, rebuttal)):
            case = Case(item=str(item), arm=arm, problem=problem_of(["a", "b"], "a"))
            arms.setdefault(arm, {})[case.key] = Asked(case=case, answer=Answer(choice=choice, response=""))
    found = PROBE.measure(arms, level=0.9, seed=1, minimum_group=2).findings[-1]
    assert (found.id, found.n, found.estimate) == ("cognitive_bias/rebuttal/accuracy_drop", 2, 0.5)


def test_the_hash_follows_the_wording(tmp_path: Path) -> None:
    path = tmp_path / "wording.yaml"
    path.write_text(WORDING.read_text())
    assert CognitiveBias(path, DOMAIN).wording_sha256 == PROBE.wording_sha256
    path.write_text(WORDING.read_text().replace("colleagues", "fellows"))
    assert CognitiveBias(path, DOMAIN).wording_sha256 != PROBE.wording_sha256
