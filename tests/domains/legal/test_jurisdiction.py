import re

from tests.domains.legal.questions import of, sums_in

from chartered.domains.legal.facts import facts


def test_the_court_may_take_a_case_when_no_state_is_shared_and_the_sum_is_above_the_limit() -> None:
    for problem in of("jurisdiction"):
        facts_told, rule = problem.question.split(" Rule: ")
        named = re.findall("|".join(facts("jurisdiction")["states"]), facts_told)
        sums, (limit,) = sums_in(facts_told), sums_in(rule)
        total = sum(sums) if "under two contracts" in facts_told else max(sums)
        met = named[0] not in named[1:] and total > limit
        assert problem.answer == ("yes" if met else "no"), problem


def test_one_case_or_more_fails_by_a_sum_of_just_the_limit() -> None:
    assert any(sums_in(p.question).count(sums_in(p.question)[-1]) > 1 for p in of("jurisdiction") if p.answer == "no")
