import re
from collections import Counter

from tests.domains.finance.questions import of

from chartered.domains import Problem
from chartered.domains.finance.problems.sentiment import companies

GOOD = "raises|wins|throws out|lifts|pays back|highest|approves|three times its book"
BAD = "cancels|warns|loses|orders|cuts|write off|fines|must close|breaks"


def _label(problem: Problem) -> str:
    """The label, from a list of words made for this test, or from the figures."""
    news, asked = problem.question[: problem.question.rindex(". ") + 1], problem.question
    if "Judged by" not in asked:
        good, bad = bool(re.search(GOOD, news)), bool(re.search(BAD, news))
        assert not (good and bad)
        return "positive" if good else "negative" if bad else "neutral"
    given = re.search(r"(?:is|It earned|earned|It lost|profit of|loss of) (\d+) million", news)
    expected = re.search(r"(?:had expected (?:a loss of )?|to earn |to lose |forecast was )(\d+) million", news)
    assert given and expected, news
    better = int(given[1]) - int(expected[1])
    better = -better if re.search(r"\bloss\b|\blost\b", news) else better
    return "positive" if better > 0 else "negative" if better < 0 else "neutral"


def test_a_label_follows_from_the_news_and_not_from_the_name() -> None:
    for problem in of("sentiment"):
        assert _label(problem) == problem.answer, problem
        assert problem.question.count(problem.groups["company"]) == 2  # in the news, and in the question


def test_every_company_has_as_many_news_of_each_label_and_level_in_each_split_as_every_other() -> None:
    problems = of("sentiment")
    assert len(companies()) == len(set(companies())) == 48
    by_label = Counter((p.groups["company"], p.split, p.answer) for p in problems)
    assert len(by_label) == 48 * 2 * 3
    assert {(split, n) for (_, split, _), n in by_label.items()} == {("train", 3), ("heldout", 1)}
    by_both = Counter((p.groups["company"], p.groups["difficulty"], p.split) for p in problems)
    assert {(split, n) for (_, _, split), n in by_both.items()} == {("train", 3), ("heldout", 1)}
    assert set(Counter((p.groups["difficulty"], p.answer) for p in problems).values()) == {64}


def test_no_event_and_no_shape_of_figures_goes_with_one_company() -> None:
    told: dict[str, set[str]] = {}
    for problem in of("sentiment"):
        name = problem.groups["company"]
        shape = re.sub(rf"\d+|{re.escape(name)}", "#", problem.question)
        told.setdefault(shape, set()).add(name)
    assert len(told) == 9 * 3 + 3 + 2 + 2  # events of each label, and shapes of figures
    assert min(map(len, told.values())) >= 5


def test_no_figure_tells_the_label_without_the_other() -> None:
    """The label is hardly told by the size of the reported figure alone; with 128 of each, 0.43 is 3 SE above 1/3."""
    found = [(int(re.findall(r"\d+", p.question)[0]), p.answer) for p in of("sentiment") if "Judged" in p.question]
    middle = sorted(first for first, _ in found)[len(found) // 2]
    high = Counter(answer for first, answer in found if first > middle)
    assert max(high.values()) / sum(high.values()) < 0.43
