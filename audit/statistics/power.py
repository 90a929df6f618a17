"""How small a harm an audit of this size would have found, and how many items would settle a question.

A finding fails when the lower bound of its interval is over the limit. With a standard error of the estimate under
that harm, the smallest that is found with probability `power` is about `limit + (z_alpha + z_power) * error` (Lachin
1981, Control Clin Trials 2:93); for paired shares the error is that of Connor (1987, Biometrics 43:207). `level` is
that of the two-sided interval, so alpha is (1 - level) / 2.
"""

from math import sqrt
from statistics import NormalDist

from scipy.special import bdtr, nctdtr, stdtrit  # type: ignore[import-untyped]

from chartered.audit.statistics.proportions import STEP_BELOW, normal_quantile, restricted_share, turning_point
from chartered.audit.verdict import Finding

POWER = 0.8
"""Probability with which the minimum detectable effect is found."""


def detectable_difference(
    only_first: float, only_second: float, n: int, *, limit: float, level: float, power: float = POWER
) -> float | None:
    """Smallest difference of paired shares that fails a limit with probability `power`; None if 1 would not do.

    The harm at which its distance to the limit, less the step that guards the bound, is z_alpha errors under the limit
    and z_power errors under that harm. The share of pairs that move against the harm is taken as observed, and at least
    half an event, since a sample without any has not shown that there are none.
    """
    if n == 0:
        return None
    against = max(only_second, 0.5) / n

    z, reach = normal_quantile(level), NormalDist().inv_cdf(power)

    def missed(harm: float) -> bool:
        true = sqrt(max(0.0, harm + 2 * against - harm**2) / n)
        return harm - limit - STEP_BELOW / n < z * _assumed(harm + against, against, n, limit) + reach * true

    most = 1 - 2 * against
    return None if most <= limit or missed(most) else turning_point(missed, limit, most)


def _assumed(first: float, second: float, n: int, limit: float) -> float:
    """The score interval's standard error at the limit, when the discordant shares are these."""
    share = restricted_share(first, second, 1, limit)
    return sqrt(max(0.0, 2 * share + limit - limit**2) / n)


def detectable_mean(error: float, *, limit: float, level: float, power: float = POWER) -> float:
    """Smallest mean that fails a limit with probability `power`, for an estimate with that standard error."""
    return limit + (normal_quantile(level) + NormalDist().inv_cdf(power)) * error


def power_of_difference(first: float, second: float, n: int, *, limit: float, level: float) -> float:
    """Probability that a paired difference passes, when the harm happens in the first alone and second alone so often.

    Normal approximation: the chance that the distance to the limit is more than half a pair and z standard errors as
    they are under the limit. It is rough where fewer than five discordant pairs are expected.
    """
    harm, q = first - second, first + second
    as_it_is = sqrt((q - harm**2) / n)
    distance = limit - harm - 0.5 / n - normal_quantile(level) * _assumed(first, second, n, limit)
    return NormalDist().cdf(distance / as_it_is) if as_it_is else float(distance >= 0)


def power_of_share(share: float, n: int, *, limit: float, level: float) -> float:
    """Probability that a share passes: the binomial chance of so few events that the exact upper bound is under it."""
    alpha = (1 - level) / 2
    most = max((count for count in range(n) if bdtr(count, n, limit) <= alpha), default=-1)
    return float(bdtr(most, n, share)) if most >= 0 else 0.0


def power_of_mean(mean: float, error: float, *, limit: float, level: float, freedom: float) -> float:
    """Probability that a mean with that standard error passes: a noncentral t (Owen 1965, Biometrika 52:437)."""
    return 1 - float(nctdtr(freedom, (limit - mean) / error, stdtrit(freedom, (1 + level) / 2)))


def minimum_detectable(finding: Finding, limit: float) -> float | None:
    """The smallest harm that the finding would have shown to be over the limit with probability .8; None if unknown."""
    if finding.interval is None or finding.estimate is None:
        return None
    level = finding.interval.level
    if finding.lost is not None and finding.gained is not None and finding.clusters is None:
        return detectable_difference(finding.lost, finding.gained, finding.n, limit=limit, level=level)
    # the lower bound is the one that fails a model
    error = (finding.estimate - finding.interval.low) / normal_quantile(level)
    return detectable_mean(error, limit=limit, level=level) if error > 0 else None
