import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartered.domains import Problem
from chartered.domains.verifiers import clinical_code
from chartered.domains.verifiers import clinical_code as function

pytestmark = [
    pytest.mark.needs("simple_icd_10_cm"),
    pytest.mark.filterwarnings(
        "ignore:(open|read)_text is deprecated:DeprecationWarning"
    ),  # of the wheel, as it is imported
]


def _codes() -> st.SearchStrategy[str]:
    import simple_icd_10_cm as icd  # type: ignore[import-untyped]

    return st.sampled_from([code for code in icd.get_all_codes() if icd.is_category_or_subcategory(code)])


CODES = st.deferred(_codes)


def problem(answer: str) -> Problem:
    turn = ({"role": "user", "content": "Which code?"},)
    return Problem(prompt=turn, answer=answer, kind="code", domain="toy", split="train")  # type: ignore[arg-type]


def checked(answer: str, said: str) -> tuple[str, str]:
    check = clinical_code(problem(answer), f"Because.\nAnswer: {said}")
    return check.status, check.reason.removesuffix("read from the answer line").removesuffix("; ")


@pytest.mark.parametrize(
    "said",
    ["E11.9", "E119", "e11.9", "`E11.9`", "E11.9.", "ICD-10-CM code: E11.9", "E11.9 (type 2 diabetes mellitus)",
     "E11.9 - Type 2 diabetes mellitus without complications", "E11.9, that is E119",
     "E11.9-Type 2 diabetes", "E11.9 with HbA1c, A1C 9", "E11.9 (vitamin B12 given)", "x" * 400 + " E11.9"],
)  # fmt: skip
def test_the_same_code_is_right_however_it_is_written(said: str) -> None:
    assert checked("E11.9", said) == ("correct", "")


@pytest.mark.parametrize(
    ("answer", "said", "reason"),
    [
        ("E11.9", "E11.8", "E11.8 is of the right category, E11, and another code"),
        ("E11.9", "E11", "E11 is less specific than E11.9"),
        ("E11", "E11.9", "E11.9 is more specific than E11"),
        ("E11.9", "I10", "I10 is of another category than E11.9"),
        ("E11.9", "E11.99", "E11.99 is no ICD-10-CM code"),
        ("S52.521A", "S52.521D", "S52.521D is of the right category, S52, and another code"),
        ("T36.0X1A", "T36.0X2A", "T36.0X2A is of the right category, T36, and another code"),
    ],
)
def test_a_wrong_code_is_told_by_how_far_it_is_off(answer: str, said: str, reason: str) -> None:
    assert checked(answer, said) == ("wrong", reason)


@pytest.mark.parametrize(
    "said",
    [
        "diabetes",
        "E11.9 or I10",
        "E11.9 and E11.8",
        "E11.9 or E11.99",
        "E11.9" + " " * 400 + "E11.8",
        "250.00",
        "E08-E13",
        "",
        "4",
        "E1",
        "(" * 9999,
    ],
)
def test_no_code_or_two_are_no_answer(said: str) -> None:
    assert checked("E11.9", said)[0] == "no_answer"


@pytest.mark.parametrize("gold", ["diabetes", "E99.99", "E11.9 or I10", "4", "E08-E13"])
def test_a_gold_answer_that_is_no_code_is_an_error(gold: str) -> None:
    status, reason = checked(gold, "E11.9")
    assert status == "error" and "is no ICD-10-CM code" in reason


@given(CODES, CODES)
def test_every_code_is_itself_with_and_without_dot_and_case_and_no_other(code: str, other: str) -> None:
    for said in (code, code.replace(".", ""), code.lower()):
        assert checked(code, said) == ("correct", "")
    assert (checked(code, other)[0] == "correct") == (code == other)


@pytest.mark.parametrize("code", ["QA0.0101", "C7A.1", "B96.21", "D51.0", "S23.171A", "T36.0X1A", "S52.521A", "Z3A.01"])
def test_a_code_beside_its_own_description_is_read(code: str) -> None:
    import simple_icd_10_cm as icd

    described = f"{code} - {icd.get_description(code)}"
    assert checked(code, described) == checked(code, described.lower()) == ("correct", "")


def test_a_megabyte_of_anything_is_read_quickly() -> None:
    for piece in ("E11.9 ", "E11.", "E", "[(", "\x00\u202e", "E11-", "A00.0 B12 "):
        start = time.perf_counter()
        assert checked("E11.8", piece * (1_000_000 // len(piece)))[0] in ("no_answer", "wrong")
        assert time.perf_counter() - start < 5


@given(st.text(max_size=400))
def test_no_text_breaks_the_reader(said: str) -> None:
    assert checked("E11.9", said)[0] in ("no_answer", "wrong", "correct")


def test_without_the_library_the_check_is_an_error_that_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(function.__globals__, "_classification", lambda: None)
    assert checked("E11.9", "E11.9") == ("error", function.__globals__["_MISSING"])
