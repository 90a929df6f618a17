from tests.paths import TOY

from chartered.domains import Problem, load_domain
from chartered.domains.checking.checker import Checker
from chartered.domains.checking.pool import Pool
from chartered.domains.rewards.adapters import Scorer
from chartered.domains.verifiers.reading.stages import ALL, STRICT, USUAL, allowed, given, reading


def test_the_verifiers_own_stages_hold_where_nothing_is_said() -> None:
    assert given() is None and allowed() == USUAL and allowed(ALL) == ALL
    with reading(STRICT):
        assert allowed(ALL) == STRICT
        with reading(ALL):
            assert allowed() == ALL
        assert given() == STRICT
    assert given() is None


def test_the_stages_of_a_checker_hold_in_the_processes_of_a_pool() -> None:
    domain = load_domain(f"{TOY}:domain")
    problem = next(one for one in domain.shipped_problems() if not one.options)
    said = f"So the answer is {problem.answer}."
    with Pool(domain, workers=1) as pool:
        found = [Checker(pool, stages=stages).check([(problem, said)])[0].status for stages in (None, STRICT, USUAL)]
    assert found == ["correct", "no_answer", "correct"]


def test_rewards_read_the_strict_stages_unless_a_checker_says_otherwise() -> None:
    domain = load_domain(f"{TOY}:domain")
    problem: Problem = next(one for one in domain.shipped_problems() if not one.options)
    said = f"So the answer is {problem.answer}."
    strict, usual = Scorer(domain, [problem]), Scorer(domain, [problem], checker=Checker(domain, stages=USUAL))
    assert [scorer.check([problem.id], [said])[0].status for scorer in (strict, usual)] == ["no_answer", "correct"]
