import re

from tests.domains.legal.questions import of


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
