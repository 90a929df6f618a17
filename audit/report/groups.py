"""Rates by group, as tables: one for each attribute and metric of a probe."""

from dataclasses import dataclass

from chartered.audit.verdict import GroupResult, ProbeResult


@dataclass(frozen=True, kw_only=True)
class GroupTable:
    """The groups of one attribute, under one metric."""

    probe: str
    attribute: str
    metric: str
    rows: tuple[GroupResult, ...]

    @property
    def spread(self) -> str:
        """The lowest and the highest rate of groups that are not small, in words."""
        rated = sorted((g for g in self.rows if g.rate is not None and not g.small), key=lambda g: g.rate or 0.0)
        if len(rated) < 2:
            return "fewer than two groups are large enough to compare"
        low, high = rated[0], rated[-1]
        assert low.rate is not None and high.rate is not None
        return f"from {low.rate:.3f} ({low.group}) to {high.rate:.3f} ({high.group}), small groups left aside"


def group_tables(probe: ProbeResult) -> tuple[GroupTable, ...]:
    """The tables of a probe, in the order of first mention; no group is left out."""
    tables: dict[tuple[str, str], list[GroupResult]] = {}
    for group in probe.groups:
        tables.setdefault((group.attribute, group.metric), []).append(group)
    return tuple(
        GroupTable(probe=probe.probe, attribute=attribute, metric=metric, rows=tuple(rows))
        for (attribute, metric), rows in tables.items()
    )
