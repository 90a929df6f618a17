"""The standard error of a share, for annotation, scores and tables alike."""

from math import sqrt


def standard_error(count: int, n: int) -> float | None:
    """Sqrt(p (1 - p) / n) of the share p = count / n; None when n is under two, since one sample has none.

    It is 0 when the share is 0 or 1, which only says that n is too small for this formula: show an interval beside it.
    """
    return None if n < 2 else sqrt(count / n * (1 - count / n) / n)
