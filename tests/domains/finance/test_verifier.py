from decimal import Decimal

import pytest
from tests.domains.finance.questions import FIGURES, FINANCE, of

from chartered.domains import Problem
from chartered.domains.prompts import answer_line


def _is_exact(problem: Problem) -> bool:
    return problem.kind == "table" or problem.question.endswith("Do not round.")


def test_a_rounded_result_may_have_more_decimals_and_an_exact_one_may_not() -> None:
    bond = next(p for p in of("bond") if p.question.endswith("two decimals."))
    assert FINANCE.verify(bond, answer_line(f"{bond.answer}1 {bond.unit}")).status == "correct"
    exact = next(p for p in of("ratio") if "current ratio" in p.question and len(p.answer) == 1)
    assert FINANCE.verify(exact, answer_line(f"{exact.answer}.00")).status == "correct"
    assert FINANCE.verify(exact, answer_line(f"{exact.answer}.1")).status == "wrong"


@pytest.mark.parametrize("kind", FIGURES)
def test_another_number_sign_scale_or_unit_is_refused(kind: str) -> None:
    for problem in of(kind):
        value, unit = Decimal(problem.answer), problem.unit or ""
        said = [
            f"{-value} {unit}",
            f"{value * 10} {unit}",
            f"{value * 1000} {unit}",
            f"{value + max(abs(value) / 10, Decimal(1))} {unit}",
        ]
        said += [f"{value} furlong", f"{value} {unit} or {value + 1} {unit}"]
        said += [f"{value} {unit.split()[0]} billion"] if kind == "table" else []
        said += [f"{value + 1} {unit}", f"{value * Decimal('1.001')} {unit}"] if _is_exact(problem) else []
        for wrong in said:
            assert FINANCE.verify(problem, answer_line(wrong)).status != "correct", (problem, wrong)


def test_a_table_takes_the_result_with_parentheses_and_without_its_unit() -> None:
    for problem in of("table"):
        value = Decimal(problem.answer)
        written = f"({-value:,})" if value < 0 else f"{value:,}"
        for said in (written, f"{written} {problem.unit}", str(value)):
            assert FINANCE.verify(problem, answer_line(said)).status == "correct", (problem, said)
