import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.clock import in_time, long_text

from chartered.domains import Problem
from chartered.domains.prompts import answer_line, lettered
from chartered.domains.verifiers import choice, first_letter, read_choice

OPTIONS = ("Aspirin", "Iron deficiency", "Vitamin C", "iron")
PROBLEM = Problem(
    prompt=({"role": "user", "content": "Which?"},),
    answer="Iron deficiency",
    kind="k",
    domain="d",
    split="train",
    options=OPTIONS,
)


@pytest.mark.parametrize(
    "response",
    [
        "Answer: B",
        "Answer: B) Iron deficiency",
        "**Answer:** b.",
        "**Answer: (b)**",
        "Final answer: option B",
        "So \\boxed{B}",
        "So \\boxed{\\text{B}}",
        "Answer: $\\mathbf{(B)}$",
        "Answer: \\textbf{Iron deficiency}",
        "Answer: B. iron   deficiency",
        "Answer: IRON-DEFICIENCY!",
        "Answer: B because ferritin is low",
        "Answer: **B**",
        'Answer: "Iron deficiency"',
        "Aspirin is not right, C neither.\nAnswer: iron deficiency",
        "First thought.\nAnswer: A\nWait.\nAnswer: B",
        "B",
        "b.",
        "(B)",
        "B: Iron deficiency",
        "B. The ferritin is low, unlike in A.",
        "B) something cut sh",
        "After some thought, the answer is B.",
        "The correct answer is: **B**",
        "The best choice would be option B: Iron deficiency. This is because aspirin causes bleeding.",
        "The most likely cause is B: Iron deficiency.",
        "This is iron deficiency (Option B).",
        "It is most likely iron deficiency.",
        "Based on the text the diagnosis is:\n\nB: Iron deficiency",
        "A patient like this has iron deficiency.",
        "Not A but B.",
        "It is iron deficiency rather than aspirin.",
        "A is unlikely; the answer is B.",
        "Based on the patient's use of aspirin, the most likely cause is iron deficiency.",
        "Based on the recent case that you diagnosed with vitamin C, I would choose iron deficiency.",
        "The most likely cause is:\n\nB: Iron deficiency.\n\nA deficiency of this kind is common, vitamin C aside",
        "This is an iron deficiency (Option B). It is not rare.",
        "I would recommend option B.",
        "B: Iron defic",
        "<p>The answer is <b>B</b>.</p>",
        "\u202bB\u202c",
        "\u05d4\u05ea\u05e9\u05d5\u05d1\u05d4: B",
    ],
)
def test_an_option_is_read_however_it_is_named(response: str) -> None:
    assert read_choice(OPTIONS, response) == "Iron deficiency"
    assert choice(PROBLEM, response).status == "correct"


@pytest.mark.parametrize(
    "response",
    [
        "",
        "   \n",
        "Answer:",
        "Answer: B or C",
        "Answer: A, B",
        "Answer: B) Aspirin",
        "Answer: aspirin and iron deficiency",
        "Answer: E",
        "Answer: not B",
        "Answer: none of them",
        "The answer is B. The answer is C.",
        "A: Aspirin\nB: Iron deficiency",
        "It is aspirin or iron deficiency.",
        "It is not aspirin.",
        "I cannot help with that.",
        "A patient comes with a cough.",
        "Hepatitis B was ruled out",
        "Bananas are rich in potassium.",
        "The answer is either A or B.",
        "I would not give aspirin in a high dose together with vitamin C.",
        "Vitamin C is not the answer.",
        "Based on the patient's iron deficiency and recent history of",
        "As well as the recent case that you diagnosed with aspirin, the most",
        "B: Iron deficiency is ruled out.",
        "<b>A</b> or <b>B</b>",
    ],
)
def test_nothing_is_guessed_when_no_single_option_is_named(response: str) -> None:
    assert read_choice(OPTIONS, response) is None
    check = choice(PROBLEM, response)
    assert (check.status, check.score, check.answer) == ("no_answer", 0.0, None)


def test_the_wrong_option_is_wrong_and_is_named_in_the_check() -> None:
    check = choice(PROBLEM, "Answer: C")
    assert (check.status, check.score, check.answer) == ("wrong", 0.0, "Vitamin C")


def test_a_longer_option_is_not_taken_for_a_shorter_one_that_it_contains() -> None:
    assert read_choice(OPTIONS, "Answer: the iron") == "iron"
    assert read_choice(OPTIONS, "Answer: iron deficiency, surely") == "Iron deficiency"


def test_the_letter_inside_an_option_is_no_answer_letter() -> None:
    assert read_choice(OPTIONS, "Answer: Vitamin C") == "Vitamin C"
    assert read_choice(("Vitamin B", "Vitamin C", "Zinc"), "Answer: Vitamin B") == "Vitamin B"


def test_numbers_and_signs_keep_options_apart() -> None:
    options = ("5 mg", "0.5 mg", "15 mg", "< 5 mg", "-5 mg", "Na+", "Na-", "a (+) virus", "a (-) virus")
    assert [read_choice(options, answer_line(option)) for option in options] == list(options)


def test_a_letter_with_the_text_of_a_longer_option_is_a_contradiction() -> None:
    options = (
        "5% dextrose",
        "5% dextrose with saline",
        "the committee",
        "the lawyer of the committee who decides alone",
    )
    assert read_choice(options, "A: 5% dextrose") == "5% dextrose"
    assert read_choice(options, "A: 5% dextrose with saline") is None
    assert read_choice(options, "D: the lawyer of the committee who deci") == options[3]


def test_an_article_is_no_option_that_is_called_a() -> None:
    assert read_choice(("A", "B", "AB", "O"), "The most likely cause is a fever.") is None
    assert read_choice(("Defect in gene", "Loss of gene"), "It is a defect in the gene") == "Defect in gene"


def test_options_that_are_letters_are_read_only_where_letter_and_text_agree() -> None:
    # blood groups: the letter A stands for "O", the text "A" for itself; nobody can tell which is meant
    assert read_choice(("O", "A", "B", "AB"), "Answer: A") is None
    assert read_choice(("A", "B", "AB", "O"), "Answer: A") == "A"
    assert read_choice(("O", "A", "B", "AB"), "Answer: AB") == "AB"


def test_the_first_letter_is_read_as_the_authors_of_biasmedqa_did() -> None:
    assert first_letter(OPTIONS, "  C: Vitamin C") == "Vitamin C"
    assert first_letter(OPTIONS, "Based on this, C") == "Iron deficiency"  # their undercount: B of "Based"
    assert first_letter(OPTIONS, "The answer is C") is None
    assert first_letter(OPTIONS, "") is None


word = st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=8)


@given(st.lists(word, min_size=2, max_size=6, unique=True), st.data(), st.sampled_from(["", "Some thoughts.\n"]))
def test_every_option_is_read_back_by_letter_and_by_text(options: list[str], data: st.DataObject, before: str) -> None:
    letter, option = data.draw(st.sampled_from(sorted(lettered(tuple(options)).items())))
    for said in (letter, f"{letter}) {option}", f"({letter})", option.upper() + "."):
        assert read_choice(options, before + answer_line(said)) == option


@given(st.text(max_size=300))
def test_any_text_gives_an_option_or_none(response: str) -> None:
    assert read_choice(OPTIONS, response) in (*OPTIONS, None)
    assert read_choice(OPTIONS, "Answer: " + response) in (*OPTIONS, None)


@pytest.mark.parametrize(
    "unit", [" ", "*", "Answer:", "A ", "not ", "(", "the answer is ", "A: ", "\n", "iron ", "x\n", "- "]
)
def test_long_hostile_text_is_read_in_time(unit: str) -> None:
    with in_time():
        read_choice(OPTIONS, long_text(unit))


@pytest.mark.parametrize(
    "unit", ["Based on x.\n", "a\u0301\u0323\u0301\u0323", "\u0301\u0323", "Answer: \n", "unlike "]
)
def test_a_megabyte_of_hostile_text_is_read_in_time(unit: str) -> None:
    # blanking premises one by one, or sorting combining marks, took quadratic time
    assert read_choice(OPTIONS, unit * (10**6 // len(unit))) is None


def test_recorded_answers_are_scored_as_their_authors_did(shared_data: Path) -> None:
    path = shared_data / "medical" / "biasmedqa_responses_gpt-3.5-turbo-0613.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row["arm"] == "none"]
    options = [tuple(row["options"].values()) for row in rows]
    for read in (first_letter, read_choice):
        found = [read(o, row["response"]) for o, row in zip(options, rows, strict=True)]
        right = sum(f == row["options"][row["answer"]] for f, row in zip(found, rows, strict=True))
        assert round(right / len(rows), 3) == 0.497  # published accuracy without bias: .497


def test_free_text_answers_are_read_where_the_first_letter_fails(shared_data: Path) -> None:
    path = shared_data / "medical" / "biasmedqa_responses_llama-2-70b-chat.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row["arm"] == "none"]
    found = [read_choice(tuple(row["options"].values()), row["response"]) for row in rows]
    right = sum(f == row["options"][row["answer"]] for f, row in zip(found, rows, strict=True)) / len(rows)
    # first letter: .293; published: .357. Here .068 break off or decline before they name an option
    assert round(right, 3) == 0.303
