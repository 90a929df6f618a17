"""Every answer derived a second time, from the words of its question and by another formula."""

import re
from collections import Counter
from fractions import Fraction
from itertools import product

from chartered.domains.science import domain as SCIENCE


def _gametes(genotype: str) -> list[str]:
    pairs = [genotype[i : i + 2] for i in range(0, len(genotype), 2)]
    return ["".join(alleles) for alleles in product(*pairs)]


def _bred(question: str) -> Fraction:
    """The answer by listing every offspring of the whole genotype, and every sequence of them."""
    told = re.findall(r"([A-Z]) \((.+?)\) is dominant over [a-z] \((.+?)\)", question)
    rules = {letter: (form, other) for letter, form, other in told}
    first, second = re.search(r"([A-Za-z]+) and ([A-Za-z]+), are crossed", question).groups()  # type: ignore[union-attr]
    children = [tuple(zip(a, b, strict=True)) for a in _gametes(first) for b in _gametes(second)]

    def looks(child: tuple[tuple[str, str], ...]) -> set[str]:
        return {rules[a.upper()][0 if a.isupper() or b.isupper() else 1] for a, b in child}

    asked = question.split("are crossed. ")[1]
    if asked.startswith("One of the offspring has"):
        form = re.search(r"has (.+?)\. What", asked)[1]  # type: ignore[index]
        known = [child for child in children if form in looks(child)]
        return Fraction(sum(c[0][0] != c[0][1] for c in known), len(known))
    if match := re.search(r"(at least one|exactly \d) of (\d) offspring ha(?:s|ve) (.+)\? Give", asked):
        shown = [match[3] in looks(child) for child in children]
        counts = Counter(sum(litter) for litter in product(shown, repeat=int(match[2])))
        right = [n for n in counts if (n >= 1 if "least" in match[1] else n == int(match[1][-1]))]
        return Fraction(sum(counts[n] for n in right), counts.total())
    target = re.search(r"offspring (?:have|are) (.+)\? Give", asked)[1]  # type: ignore[index]
    if target in ("heterozygous", "homozygous"):
        return Fraction(sum((c[0][0] != c[0][1]) == (target == "heterozygous") for c in children), len(children))
    wanted = set(re.split(r", | and ", target))
    return Fraction(sum(wanted <= looks(child) for child in children), len(children))


def test_every_share_of_offspring_is_that_of_the_whole_square() -> None:
    for problem in SCIENCE.problem_set("genetics").load(None):
        assert _bred(problem.question) == Fraction(problem.answer), (problem.question, problem.answer)
