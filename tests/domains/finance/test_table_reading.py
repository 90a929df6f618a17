from collections.abc import Callable
from fractions import Fraction

from tests.domains.finance.questions import of, read


def test_the_line_that_is_named_is_the_only_one_that_fits() -> None:
    for problem in of("reading"):
        _, _, lines, asked = read(problem)
        assert {option.lower() for option in problem.options} == set(lines)
        if "positive in" in asked:
            assert [name for name, (a, b) in lines.items() if a > 0 > b] == [problem.answer.lower()], problem
            continue
        score: dict[str, Callable[[int, int], Fraction]] = {
            "largest in": lambda a, b: Fraction(b),
            "rose by": lambda a, b: Fraction(b - a),
            "fell by the largest amount": lambda a, b: Fraction(a - b),
            "largest percentage": lambda a, b: Fraction(a - b, a),
        }
        (how,) = [measure for words, measure in score.items() if words in asked]
        ranked = sorted(lines, key=lambda name: how(*lines[name]), reverse=True)
        assert ranked[0] == problem.answer.lower() and how(*lines[ranked[0]]) > how(*lines[ranked[1]]), problem
