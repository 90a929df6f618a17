"""Score intervals of the difference and of the ratio of shares of two independent groups.

Both invert the score test of `first - ratio * second = difference` with the restricted maximum-likelihood shares
(Miettinen & Nurminen 1985, Stat Med 4:213, without their factor N / (N - 1); the ratio: Koopman 1984, Biometrics
40:513). Both bounds are corrected for skewness (Gart & Nam 1990, Biometrics 46:637, and 1988, 44:323) and for the steps
in which shares of small groups move: without, up to 7 % pass at the limit instead of 5 %, and more fail
(`docs/calibration.md`).
"""

from math import acos, copysign, cos, pi, sqrt

from chartered.audit.statistics.proportions import Estimate, normal_quantile, turning_point

MOST_RATIO = 10.0
"""Ratios are not told apart beyond this."""


def difference(first: float, first_n: float, second: float, second_n: float, *, level: float) -> Estimate | None:
    """Share of the first group minus share of the second, in [-1, 1]; 0 is parity. Both bounds are guarded.

    None when a group is empty.

    Raises:
        ValueError: the counts cannot be, or the level is not in (0, 1).
    """
    z = _checked(first, first_n, second, second_n, level)
    if not first_n or not second_n:
        return None
    p, q = first / first_n, second / second_n

    def score(delta: float, tail: int) -> float:
        a = _first_share(p, first_n, q, second_n, delta)
        return _score(p - q - delta, (a, first_n), (a - delta, second_n), 1.0, z, tail)

    low = -1.0 if p - q == -1 else turning_point(lambda delta: score(delta, 1) > z, -1.0, p - q)
    high = 1.0 if p - q == 1 else turning_point(lambda delta: score(delta, -1) > -z, p - q, 1.0)
    return Estimate(estimate=p - q, low=low, high=high, level=level)


def shortfall(first: float, first_n: float, second: float, second_n: float, *, level: float) -> Estimate | None:
    """One minus the ratio of the first group's share to the second's; 0 is parity, 1 the most, below 0 a surplus.

    The four-fifths rule of thumb (29 CFR 1607.4 D) asks for at most 0.2. Both bounds are guarded. Ratios above 10
    are given as 10. None when a group is empty or the second's share is 0.

    Raises:
        ValueError: the counts cannot be, or the level is not in (0, 1).
    """
    z = _checked(first, first_n, second, second_n, level)
    if not first_n or not second_n or not second:
        return None
    p, q = first / first_n, second / second_n
    observed = min(p / q, MOST_RATIO)

    def score(ratio: float, tail: int) -> float:
        b = _second_share(first, first_n, second, second_n, ratio)
        return _score(p - ratio * q, (ratio * b, first_n), (b, second_n), ratio, z, tail)

    least = 0.0 if p == 0 else turning_point(lambda ratio: score(ratio, 1) > z, 0.0, observed)
    most = turning_point(lambda ratio: score(ratio, -1) > -z, observed, MOST_RATIO)
    return Estimate(estimate=1 - observed, low=1 - most, high=1 - least, level=level)


def _score(
    distance: float, first: tuple[float, float], second: tuple[float, float], ratio: float, z: float, tail: int
) -> float:
    """Standardised distance of `first - ratio * second` from what is assumed, under shares and sizes that fit it.

    It is guarded for the `tail` in which it is compared: 1 with z, -1 with -z.
    """
    (a, m), (b, n) = first, second
    u, v = a * (1 - a) / m, ratio**2 * b * (1 - b) / n
    variance = u + v
    if variance <= 0:
        return 0.0 if distance == 0 else copysign(float("inf"), distance)
    skew = (u * (1 - 2 * a) / m - ratio * v * (1 - 2 * b) / n) / variance
    # shares move in steps of 1 / m and 1 / n; the one that brings the variance counts
    step = (u / m + v * ratio / n) / variance
    distance -= tail * step / 2 + (z * z - 1) / 6 * skew
    return distance / sqrt(variance)


def _first_share(p: float, m: float, q: float, n: float, delta: float) -> float:
    """The likeliest share of the first group when it is `delta` above the second's (Farrington & Manning 1990)."""
    ratio = n / m
    a = 1 + ratio
    b = -(1 + ratio + p + ratio * q + delta * (ratio + 2))
    c = delta * delta + delta * (2 * p + ratio + 1) + p + ratio * q
    d = -p * delta * (1 + delta)
    v = (b / (3 * a)) ** 3 - b * c / (6 * a * a) + d / (2 * a)
    u = copysign(sqrt(max(0.0, (b / (3 * a)) ** 2 - c / (3 * a))), v)
    angle = (pi + acos(max(-1.0, min(1.0, v / u**3)))) / 3 if u else pi / 2
    return min(max(2 * u * cos(angle) - b / (3 * a), 0.0, delta), 1.0, 1 + delta)


def _second_share(first: float, m: float, second: float, n: float, ratio: float) -> float:
    """The likeliest share of the second group when the first's is `ratio` times as large."""
    if ratio == 0:
        return second / (m + n) if first else second / n
    a, c = (m + n) * ratio, first + second
    b = -((m + second) * ratio + first + n)
    return min((-b - sqrt(max(0.0, b * b - 4 * a * c))) / (2 * a), 1.0, 1 / ratio)


def _checked(first: float, first_n: float, second: float, second_n: float, level: float) -> float:
    if not (0 <= first <= first_n and 0 <= second <= second_n):
        raise ValueError(f"counts that cannot be: {first} of {first_n} and {second} of {second_n}")
    return normal_quantile(level)
