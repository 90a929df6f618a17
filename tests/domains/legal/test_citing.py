import re

from tests.domains.legal.told import LEGAL, found_in, of

from chartered.domains.legal.making import facts
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


def test_exactly_one_citation_fits_the_table() -> None:
    row = re.compile(r"([A-Z][\w. ]*?), volumes 1 to (\d+), years (\d+) to (\d+)")
    for problem in of("reporter"):
        table = {name: (int(v), int(a), int(b)) for name, v, a, b in row.findall(problem.question)}
        fits = []
        for option in problem.options:
            volume, name, year = re.fullmatch(r"(\d+) (.*) \d+ \((\d{4})\)", option).groups()  # type: ignore[union-attr]
            last, begun, ended = table.get(name, (0, 0, 0))
            fits += [option] if 1 <= int(volume) <= last and begun <= int(year) <= ended else []
        assert fits == [problem.answer], problem


def test_neither_length_nor_volume_nor_name_gives_the_right_citation_away() -> None:
    """Of 180, chance is 45 right; 61 is the 99.7th percentile of Binomial(180, 1/4)."""

    def volume(option: str) -> int:
        return int(option.split()[0])

    def year(option: str) -> int:
        return int(option[-5:-1])

    for measure in (len, volume, year):
        for pick in (min, max):
            assert sum(pick(p.options, key=measure) == p.answer for p in of("reporter")) <= 61, (measure, pick)


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
