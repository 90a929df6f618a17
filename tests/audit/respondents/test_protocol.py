from collections.abc import Sequence

from tests.audit.conftest import MakeProblem

from chartered.audit.cases import Answer, Case
from chartered.audit.respondents.protocol import OnProgress, Respondent, written
from chartered.audit.verdict import RespondentInfo


class Echo(Respondent):
    """Says the question again."""

    gives = frozenset({"write"})

    def __init__(self) -> None:
        self.info = RespondentInfo(kind="local", name="echo", sha256="0", scoring="none", decoding="none")

    def answer(self, cases: Sequence[Case], on_progress: OnProgress | None = None) -> list[Answer]:
        assert all(case.ask == "write" for case in cases) and len({case.item for case in cases}) == len(cases)
        return [Answer(choice=None, response=case.problem.question) for case in cases]


def test_problems_are_answered_in_order_the_same_one_twice_as_two_cases(problem: MakeProblem) -> None:
    problems = [problem(1), problem(0), problem(1)]
    assert written(Echo(), problems) == [each.question for each in problems]


def test_a_respondent_of_ones_own_answers_any_case_unless_it_says_otherwise(problem: MakeProblem) -> None:
    echo = Echo()
    assert echo.cases_of("social") is None and echo.wording_sha256 is None and echo.probes == echo.packages == ()
    echo.check_lengths([Case(item="0", arm="control", problem=problem(0))])
