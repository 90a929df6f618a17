import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scipy.stats import binomtest  # type: ignore[import-untyped]

from chartered.audit.cases import CONTROL
from chartered.audit.policy import load_policy
from chartered.audit.probes.cognitive_bias.probe import BIASES
from chartered.audit.respondents.reading import read
from chartered.audit.respondents.recorded.respondent import Recorded
from chartered.audit.run import run_audit
from chartered.audit.verdict import Verdict
from chartered.common.errors import AuditError, DataError
from chartered.common.files import read_rows, write_rows
from chartered.domains import Domain

Row = dict[str, Any]

# Schmidgall et al. 2024, gpt-3.5-turbo-0613 by the first letter of the released responses
GPT = {
    CONTROL: 0.497,
    "self_diagnosis": 0.288,
    "recency": 0.333,
    "confirmation": 0.407,
    "frequency": 0.274,
    "cultural": 0.277,
    "status_quo": 0.361,
    "false_consensus": 0.239,
}


def row(arm: str = "none", item: Any = 0, **changes: Any) -> Row:
    return {
        "model": "m",
        "arm": arm,
        "item": item,
        "question": "Which?",
        "options": {"A": "ash", "B": "birch", "C": "cedar"},
        "answer": "B",
        "target": None if arm == "none" else "C",
        "response": "B",
        **changes,
    }


def recorded(tmp_path: Path, *rows: Row, **kwargs: Any) -> Recorded:
    path = tmp_path / "answers.jsonl"
    write_rows(path, rows)
    return Recorded(path, **kwargs)


def audited(trees: Domain, respondent: Recorded, **kwargs: Any) -> Verdict:
    return run_audit(trees, respondent, probes=["cognitive_bias"], policy=load_policy(trees.policy), **kwargs)


@pytest.fixture(scope="module")
def gpt_file(shared_data: Path) -> Path:
    return shared_data / "medical" / "biasmedqa_responses_gpt-3.5-turbo-0613.jsonl.gz"


def test_published_accuracies_come_out_to_three_decimals(trees: Domain, gpt_file: Path) -> None:
    verdict = audited(trees, Recorded(gpt_file))
    found = {arm.arm: round(arm.accuracy or 0, 3) for arm in verdict.probes[0].arms}
    assert found == GPT
    assert verdict.outcome == "fail" and verdict.probes[0].items == 1273
    assert verdict.not_measured == (
        "cognitive_bias/duplicate/change",
        "cognitive_bias/placebo/accuracy_drop",
        "cognitive_bias/positive_control/blindness",
        "cognitive_bias/rebuttal/accuracy_drop",
    )


# by the first letter too; published after re-reading the whole answers is .357 in control, and these are cut short
LLAMA = {
    CONTROL: 0.293,
    "self_diagnosis": 0.105,
    "recency": 0.11,
    "confirmation": 0.121,
    "frequency": 0.076,
    "cultural": 0.162,
    "status_quo": 0.123,
    "false_consensus": 0.086,
}
# what is read as an option; "Based on ..." no longer counts as B
LLAMA_READ = {
    CONTROL: 0.304,
    "self_diagnosis": 0.118,
    "recency": 0.096,
    "confirmation": 0.133,
    "frequency": 0.078,
    "cultural": 0.162,
    "status_quo": 0.115,
    "false_consensus": 0.098,
}


@pytest.fixture(scope="module", params=["gpt-3.5-turbo-0613", "llama-2-70b-chat"])
def transcript(request: pytest.FixtureRequest, shared_data: Path) -> Path:
    return shared_data / "medical" / f"biasmedqa_responses_{request.param}.jsonl.gz"


def lettered_first(found: Row) -> str | None:
    letter = found["response"].strip()[:1].upper()
    return letter if letter in found["options"] else None


def read_in_full(found: Row) -> str | None:
    choice = read(tuple(found["options"].values()), found["response"]).choice
    return next((letter for letter, text in found["options"].items() if text == choice), None)


@pytest.mark.slow
@pytest.mark.parametrize(("scoring", "letter_of"), [("first_letter", lettered_first), ("extracted", read_in_full)])
def test_all_arms_agree_with_a_recount_of_the_raw_rows(
    trees: Domain, transcript: Path, scoring: Any, letter_of: Callable[[Row], str | None]
) -> None:
    rows = {(found["arm"], found["item"]): found for _, found in read_rows(transcript)}
    picked = {key: letter_of(found) for key, found in rows.items()}
    verdict = audited(trees, Recorded(transcript, scoring=scoring))
    findings = {finding.id: finding for finding in verdict.findings}
    arms = {arm.arm: arm for arm in verdict.probes[0].arms}
    assert set(arms) == set(GPT) and len(rows) == 8 * 1273
    for arm in GPT:
        keys = [("none" if arm == CONTROL else arm, item) for item in range(1273)]
        right = sum(picked[key] == rows[key]["answer"] for key in keys)
        unread = sum(picked[key] is None for key in keys)
        assert (arms[arm].n, arms[arm].correct, arms[arm].no_response) == (1273, right, unread)
        assert arms[arm].accuracy == pytest.approx(right / 1273)
        if arm == CONTROL:
            continue
        for metric, event in (
            ("accuracy_drop", lambda key, _: picked[key] != rows[key]["answer"]),
            ("adoption_lift", lambda key, target: picked[key] == target),
            ("no_response_rise", lambda key, _: picked[key] is None),
        ):
            lost = gained = 0
            for item in range(1273):
                target = rows[arm, item]["target"]
                treated, control = event((arm, item), target), event(("none", item), target)
                lost, gained = lost + (treated and not control), gained + (control and not treated)
            found = findings[f"cognitive_bias/{arm}/{metric}"]
            assert (found.n, found.lost, found.gained) == (1273, lost, gained)
            assert found.estimate == pytest.approx((lost - gained) / 1273)
            p_value = binomtest(lost, lost + gained, 0.5).pvalue if lost + gained else 1.0
            assert found.p_value == pytest.approx(p_value, rel=1e-9)


@pytest.mark.slow
def test_free_text_is_read_where_the_first_letter_fails_and_the_rest_is_reported(
    shared_data: Path, trees: Domain
) -> None:
    path = shared_data / "medical" / "biasmedqa_responses_llama-2-70b-chat.jsonl.gz"
    naive, full = Recorded(path), Recorded(path, scoring="extracted")
    accuracy = {
        scoring: {arm.arm: round(arm.accuracy or 0, 3) for arm in audited(trees, respondent).probes[0].arms}
        for scoring, respondent in (("naive", naive), ("full", full))
    }
    assert accuracy == {"naive": LLAMA, "full": LLAMA_READ}
    # a person finds an option in no more than 93.8 % of them (tests/audit/test_reading.py)
    assert full.info.decoding == (
        "as recorded; 684 of 10184 responses not read as an option (146 decline to answer, 526 name no option, "
        "12 are unclear)"
    )


def test_the_arm_none_is_the_control_and_targets_are_texts(tmp_path: Path) -> None:
    found = recorded(tmp_path, row(), row("recency", response="C: cedar"))
    assert [case.arm for case in found.cases] == [CONTROL, "recency"]
    assert [case.target for case in found.cases] == [None, "cedar"]
    assert [answer.choice for answer in found.answer(found.cases)] == ["birch", "cedar"]
    assert found.info.name == "m" and found.info.scoring == "first_letter" and found.dropped == {}


def test_items_that_are_not_in_every_arm_are_dropped_and_counted(tmp_path: Path, trees: Domain) -> None:
    found = recorded(tmp_path, row(item=1), row(item=2), row("recency", item=2), row("recency", item="x"))
    assert {case.item for case in found.cases} == {"2"}
    assert audited(trees, found).probes[0].dropped == {"not in every arm": 2}


@pytest.mark.parametrize("response", ["", None, "I cannot say", "F"])
def test_a_response_that_names_no_option_is_no_response(tmp_path: Path, trees: Domain, response: str | None) -> None:
    verdict = audited(trees, recorded(tmp_path, row(), row("recency", response=response)))
    assert [arm.no_response for arm in verdict.probes[0].arms] == [0, 1]


def test_options_may_be_a_list(tmp_path: Path) -> None:
    found = recorded(tmp_path, row(options=["ash", "birch"]))
    assert found.cases[0].problem.options == ("ash", "birch")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([row(arm="recensy")], "line 1: unknown arm 'recensy'; did you mean 'recency'?"),
        ([row(), row()], "line 2: item 0 stands twice in the arm 'none'"),
        ([row(), row("recency", item="0"), row("recency")], "line 3: item 0 stands twice"),
        ([row(answer="D")], "line 1: the answer 'D' is none of the options A, B, C"),
        ([row(answer=None)], "the answer None is none of the options"),
        ([row(answer=["A"])], "is none of the options"),
        ([row(), row("recency", target="E")], "line 2: the target 'E' is none of the options"),
        ([row(), row("recency", target=None)], "the target None is none of the options"),
        ([row(), row("recency", target="B")], "must not be the right answer"),
        ([row(), row("positive_control", target="C")], "must be the right answer"),
        ([row(), row(item=1, model="n")], "line 2: the file mixes the models 'm' and 'n'"),
        ([row("recency")], "no row has the arm 'none'"),
        ([row(options={"A": "x", "C": "y"})], "lettered ['A', 'C']"),
        ([row(options={"A": "x"})], "at least A and B"),
        ([row(options={"A": "x", "B": "x"})], "two options read the same"),
        ([row(options="ABC")], "the options must be"),
        ([row(options=["a", 3])], "the options must be"),
        ([row(options=[str(n) for n in range(27)])], "at most 26"),
        ([row(item=None)], "the item is None"),
        ([row(item=True)], "the item is True"),
        ([row(question=" ")], "the field 'question' is ' '"),
        ([row(model=3)], "the field 'model' is 3"),
        ([row(response=4)], "the response is int"),
        ([row(), row("recency", answer="A")], "line 2: item 0 has other options or another right answer"),
        ([{k: v for k, v in row().items() if k != "response"}], "line 1: the field 'response' is missing"),
        ([{k: v for k, v in row().items() if k != "arm"} | {"arms": "none"}], "did you mean 'arms'?"),
    ],
)
def test_hostile_rows_are_told_in_one_sentence(tmp_path: Path, rows: list[Row], said: str) -> None:
    with pytest.raises(DataError) as error:
        recorded(tmp_path, *rows)
    assert said in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize("content", [b"", b"\x80\x81", b'{"model": ', b"[1]\n", b"null\n"])
def test_a_file_that_is_no_jsonl_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_bytes(content)
    with pytest.raises(DataError):
        Recorded(path)


def test_a_case_that_was_not_recorded_cannot_be_asked(tmp_path: Path) -> None:
    one = recorded(tmp_path, row())
    other = recorded(tmp_path, row(item=5))
    with pytest.raises(AuditError, match="no answer was recorded for item 5"):
        one.answer(other.cases)


def test_the_verdict_carries_the_hash_of_the_file(tmp_path: Path, trees: Domain) -> None:
    found = recorded(tmp_path, row(), row("recency"))
    verdict = audited(trees, found)
    assert verdict.respondent.sha256 == verdict.probes[0].wording_sha256 == found.info.sha256
    assert json.loads(verdict.to_json())["outcome"] == "error"


@pytest.mark.parametrize("scoring", ["first_letter", "extracted"])
def test_answers_none_of_which_can_be_read_never_pass(tmp_path: Path, trees: Domain, scoring: Any) -> None:
    rows = [row(arm, item, response="\u2026") for arm in ("none", *BIASES) for item in range(120)]
    verdict = audited(trees, recorded(tmp_path, *rows, scoring=scoring))
    assert verdict.outcome in ("error", "fail")
    assert all(arm.no_response == arm.n == 120 for arm in verdict.probes[0].arms)
    assert any("cognitive_bias/control/no_response" in reason for reason in verdict.reasons)
    assert all("\n" not in reason for reason in verdict.reasons)


def test_an_arm_that_was_not_recorded_is_not_measured_and_never_passes(tmp_path: Path, trees: Domain) -> None:
    arms = ["none", "duplicate", "placebo", "positive_control", *BIASES[1:]]
    rows = [
        row(arm, item, target={"positive_control": "B", "none": None}.get(arm, "C"))
        for arm in arms
        for item in range(300)
    ]
    verdict = audited(trees, recorded(tmp_path, *rows))
    missing = {f"cognitive_bias/{BIASES[0]}/{metric}" for metric in ("accuracy_drop", "adoption_lift")}
    assert verdict.outcome == "error" and missing <= set(verdict.not_measured)
    outcomes = {finding.id: finding.outcome for finding in verdict.findings}
    assert {outcomes[name] for name in missing} == {"error"}
    assert outcomes["cognitive_bias/recency/accuracy_drop"] == "pass"  # what was measured stands


def test_markup_and_right_to_left_text_are_read_and_kept_as_they_are(tmp_path: Path, trees: Domain) -> None:
    said = ["<img src=x onerror=alert(1)><b>B</b>", "\u202e\u05ea\u05e9\u05d5\u05d1\u05d4: B\u202c"]
    rows = [row(item=n, response=text) for n, text in enumerate(said)]
    found = recorded(tmp_path, *rows, scoring="extracted")
    answers = found.answer(found.cases)
    assert [answer.choice for answer in answers] == ["birch", "birch"]
    assert [answer.response for answer in answers] == said


def test_no_rows_at_all_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_text("")
    with pytest.raises(DataError, match="the file is empty") as error:
        Recorded(path)
    assert "\n" not in str(error.value)
