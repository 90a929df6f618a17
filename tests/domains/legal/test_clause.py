import re

from tests.domains.legal.questions import clauses_of, found_in, of, subject_of

from chartered.domains.legal.facts import facts
from chartered.domains.legal.problems.clause import subjects


def _number(text: str) -> int:
    return int((re.search(r"\d[\d,]*", text) or ["0"])[0].replace(",", ""))


def _truth(clause: str, statement: str, subject: str) -> bool:
    """What a clause says of a statement, read from their words."""
    row = facts("clause")["numbers"].get(subject)
    if row is None:
        forms = (
            ("without asking", "even without consent"),
            ("only with", "and not without it"),
            ("must not", "in no case"),
        )
        return any(there in clause and said in statement for there, said in forms)
    inside = re.fullmatch(re.escape(row["inside"]).replace(r"\{w\}", r"[\d,]+"), statement)
    general, special = clause, ""
    if row["exception"].split("{x}")[0] in clause:
        cut = clause.index(row["exception"].split("{x}")[0])
        general, special = clause[:cut], clause[cut:]
    ruling, said = _number(special if inside else general), _number(statement)
    return said >= ruling if row["true"] == "at least" else said <= ruling


def test_a_label_follows_from_the_clause_on_the_subject_of_the_statement() -> None:
    for problem in of("clause"):
        shown, statement = clauses_of(problem), found_in(r'Statement: "(.*?)"', problem)[1]
        subject = subject_of(statement)
        assert len(shown) == (1 if problem.groups["difficulty"] == "easy" else 3)
        if subject not in shown:
            assert problem.answer == "not mentioned", problem
        else:
            right = "entailment" if _truth(shown[subject], statement, subject) else "contradiction"
            assert problem.answer == right, problem


def test_hard_clauses_have_an_exception_whatever_the_label() -> None:
    exceptions = [row["exception"].split("{x}")[0] for row in facts("clause")["numbers"].values()]
    for problem in of("clause"):
        there = any(exception in problem.question for exception in exceptions if len(exception) > 5)
        assert there == (problem.groups["difficulty"] == "hard"), problem


def test_subjects_are_as_many_as_the_card_says() -> None:
    assert len(subjects()) == 20
