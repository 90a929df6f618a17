import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chartered.domains import Message, Problem
from chartered.domains.verifiers import citation, citation_in
from chartered.domains.verifiers.citation import listed, read_citations

BROWN = "Brown v. Board of Education, 347 U.S. 483 (1954)"


def problem(answer: str) -> Problem:
    turn: tuple[Message, ...] = ({"role": "user", "content": "Which case?"},)
    return Problem(prompt=turn, answer=answer, kind="cite", domain="d", split="train")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("347 U.S. 483", "347 U.S. 483"),
        ("347 U.S. 483", "**347 U. S. 483**"),
        ("347 U.S. 483", BROWN),
        (BROWN, "347 U.S. 483."),
        ("42 U.S.C. § 1983", "42 U.S.C. § 1983"),
        ('["347 U.S. 483", "74 S. Ct. 686"]', "74 S. Ct. 686"),
    ],
)
def test_the_same_citation_is_right_however_it_is_written(answer: str, said: str) -> None:
    assert citation(problem(answer), f"Work.\nAnswer: {said}").status == "correct"


@pytest.mark.parametrize("said", ["347 U.S. 484", "348 U.S. 483", "347 F.2d 483", "123 Foo. 456", "42 U.S.C. § 1983"])
def test_another_citation_is_wrong(said: str) -> None:
    assert citation(problem("347 U.S. 483"), f"Answer: {said}").status == "wrong"


@pytest.mark.parametrize("response", ["", BROWN, "Answer: Brown", "Answer: 347 U.S. 483 and 349 U.S. 294"])
def test_what_holds_no_single_citation_is_no_answer(response: str) -> None:
    assert citation(problem("347 U.S. 483"), response).status == "no_answer"


SECTION, REGULATION, PENAL = "50 U.S.C. § 1701", "29 C.F.R. § 1910.120", "Cal. Penal Code § 187"
SAME = {
    SECTION: [
        "50 U.S.C. 1701",
        "50 USC 1701",
        "50 U. S. C. § 1701",
        "50 U.S.C. Sec. 1701",
        "50 U.S.C.A. § 1701",
        "Section 1701 of title 50, United States Code",
        "section 1701 of Title 50 of the U.S. Code",
        "Title 50, United States Code, Section 1701",
        "50 U.S.C.§1701",
        "50\u00a0U.S.C.\u2009§\u202f1701",
        "**50 U.S.C. § 1701**.",
        "The Act, 50 U.S.C. § 1701 (2018), which",
        "50 U.S.C. § 1701(a)(1)",
    ],
    REGULATION: [
        "29 CFR 1910.120",
        "29 CFR § 1910.120(a)",
        "Section 1910.120 of title 29, Code of Federal Regulations",
    ],
    "29 C.F.R. pt. 1910": ["29 CFR Part 1910", "29 CFR 1910", "Part 1910 of Title 29, Code of Federal Regulations"],
    "50 U.S.C. §§ 1701-1706": ["50 U.S.C. §§ 1701–1706", "50 USC 1701-1706", "50 U.S.C. §§ 1701 through 1706"],
    "50 U.S.C. § 1701(a)(1)": ["50 USC 1701(a)(1)", "50 U.S.C. § 1701 (a) (1)"],
    "42 U.S.C. § 2000e-2": ["42 USC 2000e-2", "42 U.S.C. Section 2000e-2(k)(1)"],
    "15 U.S.C. § 78a et seq.": ["15 U.S.C. §§ 78a et seq."],
    "26 U.S.C. § 501(c)(3)": ["I.R.C. § 501(c)(3)", "Section 501(c)(3) of the Internal Revenue Code"],
    "26 C.F.R. § 1.401(k)-1": ["26 CFR 1.401(k)-1", "26 C.F.R. § 1.401(k)-1(a)"],
    PENAL: ["Cal. Penal Code Section 187", "Cal.  Penal Code §187(a)"],
    "Pub. L. No. 104-191": ["Pub. L. 104-191"],
    "347 U.S. 483": [
        "347 US 483",
        "Brown v. Bd. of Educ., 347 U.S. 483, 495 (1954)",
        "347 U.S. 483 n.11",
        "347\u00a0U.S.\u202f483",
        "347 U.S. 483, 74 S. Ct. 686, 98 L. Ed. 873 (1954)",
        "74 S.Ct. 686, 347 U.S. 483",
        "347 U.S. 483, 495, 74 S. Ct. 686, 1954 WL 1234 (1954)",
    ],
    "347 U.S. 483, 74 S. Ct. 686 (1954)": ["74 S. Ct. 686", "347 U.S. 483 (1954)"],
    "123 F. Supp. 3d 456": ["123 F.Supp.3d 456", "123 F. Supp.3d 456"],
    "12 F.4th 33": ["12 F4th 33"],
}
OTHER = {
    SECTION: [
        "50 U.S.C. § 1702",
        "51 U.S.C. § 1701",
        "50 C.F.R. § 1701",
        "50 U.S.C. §§ 1701-1706",
        "50 U.S.C. § 1701a",
        "50 U.S.C. § 1701 et seq.",
        "50 U.S.C. §§ 1701, 1702",
        "50 U.S.C. app. § 1701",
        "50 U.S.C. § 1701-1",
    ],
    "50 U.S.C. §§ 1701-1706": [SECTION, "50 U.S.C. §§ 1701-1707"],
    "50 U.S.C. § 1701(a)(1)": [SECTION, "50 U.S.C. § 1701(a)(2)", "50 U.S.C. § 1701(a)", "50 U.S.C. § 1701(a)(1)(A)"],
    REGULATION: ["29 C.F.R. pt. 1910", "29 CFR 1910", "29 CFR 19.10120", "29 CFR 1910.12", "29 U.S.C. § 1910"],
    "29 C.F.R. pt. 1910": [REGULATION],
    "42 U.S.C. § 2000e-2": ["42 U.S.C. § 2000e", "42 U.S.C. § 2000e-5"],
    PENAL: ["Cal. Civ. Code § 187", "Cal. Penal Code § 187.5", "Cal. Penal Code § 188"],
    "N.Y. Penal Law § 125.25": ["N.Y. Penal Law § 12.525"],
    "347 U.S. 483": ["74 S. Ct. 686, 98 L. Ed. 873 (1954)", "347 U.S. 483, 74 Foo. 3"],
    "347 U.S. 483, 74 S. Ct. 686 (1954)": ["347 U.S. 483, 74 S. Ct. 687 (1954)", "347 U.S. 483 (1955)"],
    "347 U.S. 483, 495": ["347 U.S. 483, 496"],
    "123 F. Supp. 3d 456": ["123 F.Supp.2d 456", "123 F.3d 456"],
}


@pytest.mark.parametrize(("gold", "said"), [(gold, said) for gold, forms in SAME.items() for said in [gold, *forms]])
def test_the_forms_of_one_citation_are_one(gold: str, said: str) -> None:
    check = citation(problem(gold), f"Answer: {said}")
    assert check.status == "correct", check


@pytest.mark.parametrize(("gold", "said"), [(gold, said) for gold, forms in OTHER.items() for said in forms])
def test_what_is_less_or_another_is_wrong(gold: str, said: str) -> None:
    check = citation(problem(gold), f"Answer: {said}")
    assert check.status == "wrong", check


@pytest.mark.parametrize(
    "said",
    [
        "347 U.S. 483, 349 U.S. 294",
        "347 U.S. 483, 123 F.2d 45",
        "347 U.S. 483; 74 S. Ct. 686",
        "347 U.S. at 495",
        "347 U.S. 483 and 50 U.S.C. § 1701",
    ],
)
def test_two_cases_side_by_side_and_a_short_form_are_no_answer(said: str) -> None:
    assert citation(problem("347 U.S. 483"), f"Answer: {said}").status == "no_answer"


SIGNS = st.sampled_from(["§ ", "§", "§§ ", "Sec. ", "sec. ", "Section ", "section ", ""])
SPACES = st.sampled_from([" ", "\u00a0", "\u2009", "\u202f", "  "])
TITLES = st.integers(min_value=1, max_value=50)
NUMBERS = st.integers(min_value=1, max_value=99999)
FEDERAL = {
    "U.S.C.": ["U.S.C.", "USC", "U. S. C.", "U.S.C.A.", "U.S. Code", "United States Code"],
    "C.F.R.": ["C.F.R.", "CFR", "C. F. R.", "Code of Federal Regulations"],
}


@given(st.sampled_from(sorted(FEDERAL)), TITLES, NUMBERS, NUMBERS, SIGNS, SPACES, st.data())
@settings(max_examples=60)
def test_spelling_never_changes_a_section(
    code: str, title: int, number: int, after: int, sign: str, space: str, data: st.DataObject
) -> None:
    section = f"{number}.{after}" if code == "C.F.R." else str(number)
    gold = problem(f"{title} {code} § {section}")
    spelled = data.draw(st.sampled_from(FEDERAL[code])).replace(" ", space)
    said = f"{title}{space}{spelled}{space}{sign.replace(' ', space)}{section}"
    assert citation(gold, f"Answer: {said}").status == "correct"
    assert citation(gold, f"Answer: {_changed(said, data)}").status != "correct"


@given(
    st.sampled_from(["347 U.S. 483", "123 F. Supp. 3d 456", "12 F.3d 345", "5 Cal. 4th 111", "86 Fed. Reg. 1234"]),
    SPACES,
    st.data(),
)
@settings(max_examples=60)
def test_another_space_changes_no_case_and_another_digit_does(case: str, space: str, data: st.DataObject) -> None:
    said = case.replace(" ", space)
    assert citation(problem(case), f"Answer: {said}").status == "correct"
    assert citation(problem(case), f"Answer: {_changed(said, data)}").status != "correct"


def _changed(said: str, data: st.DataObject) -> str:
    """The same with one digit changed to another."""
    place = data.draw(st.sampled_from([at for at, sign in enumerate(said) if sign.isdigit()]))
    return said[:place] + data.draw(st.sampled_from([d for d in "0123456789" if d != said[place]])) + said[place + 1 :]


def test_a_gold_answer_without_a_citation_is_an_error() -> None:
    assert citation(problem("Brown"), "Answer: 347 U.S. 483").status == "error"
    assert citation(problem("any"), "Answer: 347 U.S. 483").status == "error"  # there is no list


@pytest.mark.parametrize(
    ("text", "standing", "reason"),
    [
        ("347 U.S. 483", "possible", "such a reporter and volume can exist"),
        ("42 U.S.C. § 1983", "possible", "such a reporter and title can exist"),
        ("123 Foo. 456", "impossible", "no reporter is known"),
        ("1500 F.2d 12", "impossible", "no volume 1500"),  # F.2d ends with volume 999
        ("12 F.4th 33 (11th Cir. 1999)", "impossible", "not published in 1999"),  # begun in 2021
        ("700 F.2d 33 (11th Cir. 1975)", "impossible", "did not sit before 1981"),
        ("78 U.S.C. § 1", "impossible", "the U.S.C. has no title 78"),
        ("0 C.F.R. § 1.1", "impossible", "the C.F.R. has no title 0"),
    ],
)
def test_what_can_be_said_of_a_citation(text: str, standing: str, reason: str) -> None:
    (found,) = read_citations(f"See {text}.")
    assert found.standing == standing
    assert reason in found.reason


def test_a_case_is_never_said_to_exist() -> None:
    # a made-up page of a real volume passes, and the reason claims no more than that
    check = citation(problem("347 U.S. 9999"), "Answer: 347 U.S. 9999")
    assert check.status == "correct"
    assert check.reason == "such a reporter and volume can exist; no more is known; read from the answer line"


def test_a_list_of_cases_says_more() -> None:
    verifier = citation_in([BROWN, "Miranda v. Arizona, 384 U.S. 436 (1966)"])
    assert verifier(problem("any"), "Answer: 384 U. S. 436").status == "correct"
    assert verifier(problem("any"), "Answer: 384 U.S. 437").status == "wrong"
    assert verifier(problem("347 U.S. 483"), "Answer: 384 U.S. 436").status == "wrong"
    assert "in the list" in verifier(problem("347 U.S. 483"), "Answer: 347 U.S. 483").reason


def test_a_list_with_a_line_that_is_no_citation_is_refused() -> None:
    with pytest.raises(ValueError, match="'Brown'"):
        listed([BROWN, "Brown"])


@given(st.integers(min_value=1, max_value=500), st.integers(min_value=1, max_value=999))
@settings(max_examples=30)
def test_every_citation_is_itself_and_not_the_next_page(volume: int, page: int) -> None:
    gold = problem(f"{volume} U.S. {page}")
    assert citation(gold, f"Answer: {volume} U. S. {page}").status == "correct"
    assert citation(gold, f"Answer: {volume} U.S. {page + 1}").status == "wrong"
    assert citation(gold, f"Answer: {volume + 1} U.S. {page}").status == "wrong"


@given(st.text(max_size=200))
@settings(max_examples=50)
def test_any_text_gives_a_check(said: str) -> None:
    assert citation(problem("347 U.S. 483"), "Answer: " + said).status in ("correct", "wrong", "no_answer")


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "1 ",
        "1 A. ",
        "347 U.S. 483 (",
        "§ ",
        "§ 1",
        "1 U.S.C. ",
        "5 U.S.C. § 1, 2, ",
        "title 1 ",
        " v. ",
        "(",
        "\u0301\u0323",
    ],
)
def test_a_megabyte_of_hostile_text_is_read_in_time(unit: str) -> None:
    assert citation(problem("347 U.S. 483"), "Answer: " + unit * (10**6 // len(unit))).status in ("no_answer", "wrong")
