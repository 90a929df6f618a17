"""May the court take the case? A rule on where the parties are at home and on the sum, stated in the question.

States are invented and limits vary, so that no law of any country is told. No set of states and sums is in both splits.
"""

from collections.abc import Iterator
from random import Random

from chartered.domains.authoring import Level, generator, split_of, worked_problem
from chartered.domains.contract import Problem
from chartered.domains.legal.facts import ONE_IN, aged, facts

KIND = "jurisdiction"
EACH = {"one": 70, "company": 70, "added": 70}
"""Problems of each form."""
LIMITS = (20_000, 50_000, 60_000, 75_000, 80_000, 100_000, 150_000)

RULE = (
    "Rule: The upper court may take a case only if plaintiff and defendant have no home state in common and the sum in "
    "dispute is more than {limit}."
)
HOMES = "A firm has two home states: where it was founded and where its head office is."
ADDED = (
    "Sums that the plaintiff claims from the same defendant are added up, sums claimed from different defendants are "
    "not; one total above the limit is enough."
)
ASKED = "May the upper court take the case?"


def problems() -> Iterator[Problem]:
    """The problems, form by form."""
    for form, count in EACH.items():
        for number in range(count):
            yield _FORMS[form](generator(KIND, form, number), number % 2 == 0)


def dollars(amount: int) -> str:
    """The sum as it is written: $75,000."""
    return f"${amount:,}"


def _one(rng: Random, met: bool) -> Problem:
    """Two people and one sum; of the cases that fail, some fail by the states and some by the sum."""
    limit = rng.choice(LIMITS)
    apart, above = (True, True) if met else rng.choice(((False, True), (True, False), (True, False)))
    home, other = rng.sample(_states(), 2)
    theirs = other if apart else home
    amount = _amount(rng, limit, above)
    story = (
        f"{aged(rng, 'plaintiff')} whose home state is {home} sues a neighbour whose home state is {theirs} for "
        f"{dollars(amount)}, {_matter(rng)}."
    )
    why = f"{_states_compared({home}, {theirs})} {_sum_compared(amount, limit)}"
    return _problem(rng, story, RULE.format(limit=dollars(limit)), why, met, "easy", (home, theirs, amount, limit))


def _company(rng: Random, met: bool) -> Problem:
    limit = rng.choice(LIMITS)
    apart, above = (True, True) if met else rng.choice(((False, True), (False, True), (True, False)))
    home, founded, office = rng.sample(_states(), 3)
    if not apart:
        founded, office = rng.choice(((home, office), (founded, home)))
    amount = _amount(rng, limit, above)
    story = (
        f"{aged(rng, 'plaintiff')} whose home state is {home} sues a firm for {dollars(amount)}, {_matter(rng)}. "
        f"The firm was founded in {founded} and has its head office in {office}."
    )
    why = f"{_states_compared({home}, {founded, office})} {_sum_compared(amount, limit)}"
    rule = f"{RULE.format(limit=dollars(limit))} {HOMES}"
    return _problem(rng, story, rule, why, met, "medium", (home, founded, office, amount, limit))


def _added(rng: Random, met: bool) -> Problem:
    """Two sums, claimed from one firm or from two, which together are above the limit or not."""
    limit, (home, one, two) = rng.choice(LIMITS), rng.sample(_states(), 3)
    first, second, same = _sums(rng, limit, met)
    if not met and rng.random() < 1 / 5:
        one = home
    if same:
        firms = f"a firm whose only home state is {one} for {dollars(first)} and {dollars(second)}, under two contracts"
        total = f"{dollars(first)} + {dollars(second)} = {dollars(first + second)}."
        summed = f"One defendant: {total} {_sum_compared(first + second, limit)}"
    else:
        firms = (
            f"a firm whose only home state is {one} for {dollars(first)} and a firm whose only home state is {two} for "
            f"{dollars(second)}"
        )
        summed = f"Two defendants, not added up: {_sum_compared(max(first, second), limit)}"
    story = f"{aged(rng, 'plaintiff')} whose home state is {home} sues {firms}."
    why = f"{_states_compared({home}, {one} if same else {one, two})} {summed}"
    rule = f"{RULE.format(limit=dollars(limit))} {ADDED}"
    return _problem(rng, story, rule, why, met, "hard", (home, one, "" if same else two, first, second, limit))


def _sums(rng: Random, limit: int, enough: bool) -> tuple[int, int, bool]:
    """Two sums, and whether they are claimed from the same firm; enough to go to the court or not."""
    first = limit // 1000 * rng.randint(300, 700)
    if enough and rng.random() < 0.4:
        return first, _amount(rng, limit, True), False
    above, same = (True, True) if enough else rng.choice(((True, False), (True, False), (False, True)))
    return first, _total(rng, limit, above) - first, same


def _states() -> list[str]:
    return list(facts("jurisdiction")["states"])


def _matter(rng: Random) -> str:
    return str(rng.choice(facts("jurisdiction")["matters"]))


def _amount(rng: Random, limit: int, above: bool) -> int:
    """A sum above the limit or not; one in six that is not above it is the limit itself."""
    if above:
        return limit + rng.choice((1, rng.randint(1, 90) * 500))
    return limit if rng.random() < 1 / 6 else limit - rng.randint(1, limit // 1000) * 500


def _total(rng: Random, limit: int, above: bool) -> int:
    """A total of two sums, neither of them above the limit."""
    if above:
        return limit + rng.randint(1, limit // 4000) * 1000
    return limit if rng.random() < 1 / 6 else limit - rng.randint(1, limit // 5000) * 1000


def _states_compared(ours: set[str], theirs: set[str]) -> str:
    if shared := ours & theirs:
        return f"Both are at home in {shared.pop()}."
    return f"No home state is shared ({ours.copy().pop()}; {', '.join(sorted(theirs))})."


def _sum_compared(amount: int, limit: int) -> str:
    return f"{dollars(amount)} is {'more' if amount > limit else 'not more'} than {dollars(limit)}."


def _problem(
    rng: Random, story: str, rule: str, why: str, met: bool, level: Level, combined: tuple[object, ...]
) -> Problem:
    return worked_problem(
        domain="legal",
        kind=KIND,
        split=split_of(KIND, *combined, one_in=ONE_IN),
        asked=f"{story} {rule} {ASKED}",
        answer="yes" if met else "no",
        work=why,
        level=level,
        options=tuple(rng.sample(("yes", "no"), 2)),
    )


_FORMS = {"one": _one, "company": _company, "added": _added}
