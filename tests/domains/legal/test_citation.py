from tests.domains.legal.questions import LEGAL, found_in, of

from chartered.domains.legal.facts import facts
from chartered.domains.prompts import answer_line
from chartered.domains.verifiers.citation import read_citations


def test_a_citation_is_in_the_question_by_its_parts_and_can_exist() -> None:
    for problem in of("citation"):
        (read,) = read_citations(problem.answer)
        assert read.standing == "possible", (problem.answer, read)
        matter = found_in(r"citation of the decision on (.*)\.$", problem)[1]
        found = found_in(rf"decision on {matter} stands in volume (\d+) of the (.*?), from page (\d+)", problem)
        short = facts("citation")["reporters"][found[2]]["short"]
        assert problem.answer == f"{found[1]} {short} {found[3]}"


def test_another_volume_reporter_or_page_is_refused() -> None:
    for problem in of("citation"):
        volume, *name, page = problem.answer.split()
        other = "F.2d" if name != ["F.2d"] else "A.2d"
        for said in (
            f"{int(volume) + 1} {' '.join(name)} {page}",
            f"{volume} {' '.join(name)} {page}9",
            f"{volume} {other} {page}",
        ):
            assert LEGAL.verify(problem, answer_line(said)).status == "wrong", (problem.answer, said)
