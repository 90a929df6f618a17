from math import isclose

from chartered.common.uncertainty import standard_error


def test_the_standard_error_is_that_of_a_binomial_share() -> None:
    # sqrt(.3 * .7 / 10) = sqrt(.021)
    found = standard_error(3, 10)
    assert found is not None and isclose(found, 0.021**0.5)


def test_one_sample_has_no_standard_error() -> None:
    assert standard_error(1, 1) is None and standard_error(0, 0) is None
