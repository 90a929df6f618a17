import pytest
from tests.hostile_domain import domain, problem

from chartered.common.errors import TrainingError
from chartered.domains.checking.guarded import guarded
from chartered.domains.checking.pool import Pool

ONE = problem("1")


def test_a_guarded_domain_finds_what_the_domain_finds_and_outlives_a_crash() -> None:
    with Pool(domain) as pool:
        safe = guarded(pool)
        assert safe.verify(ONE, "1") == domain.verify(ONE, "1")
        assert safe.verify(ONE, "leave").status == "error"  # ends the process that it runs in
        assert safe.verify(ONE, "2").status == "wrong"
        assert (safe.name, safe.policy, safe.rewards) == (domain.name, domain.policy, domain.rewards)


def test_a_guarded_domain_stops_at_too_many_failures_with_examples() -> None:
    with Pool(domain) as pool:
        safe = guarded(pool, share=0.1)
        for _ in range(18):
            safe.verify(ONE, "1")
        safe.verify(ONE, "raise")
        safe.verify(ONE, "raise")  # 2 of 20 is the tenth that is let pass
        with pytest.raises(TrainingError, match=r"failed on 3 of 21 responses .* 0\.1 .*\n- error .*no such unit"):
            safe.verify(ONE, "raise")
