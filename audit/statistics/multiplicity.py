"""Holm's adjustment, for the statement that a model *is* biased in one of many findings.

It decides nothing: the verdict is an intersection-union test and needs no correction (`chartered.audit.policy`).
"""

from collections.abc import Sequence

from chartered.audit.verdict import Finding


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p values in the order given: family-wise error at most alpha where one under alpha is called a finding.

    The k-th smallest is multiplied by the number of tests not yet counted and is at least the one before it (Holm 1979,
    Scand J Stat 6:65); no assumption about dependence.

    Raises:
        ValueError: a value is not in [0, 1].
    """
    if not all(0 <= p <= 1 for p in p_values):
        raise ValueError("a p value must be in [0, 1]")
    adjusted, largest = [0.0] * len(p_values), 0.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=lambda index: p_values[index])):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = largest
    return adjusted


def with_holm(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings with `holm_p` over all that were tested; those without a p value are unchanged and do not count."""
    tested = [finding.p_value for finding in findings if finding.p_value is not None]
    adjusted = iter(holm(tested))
    return tuple(
        finding if finding.p_value is None else finding.model_copy(update={"holm_p": next(adjusted)})
        for finding in findings
    )
