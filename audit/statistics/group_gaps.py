"""Rates by group: of selection, of errors, of right answers, with the gaps between groups as findings.

An answer that could not be read selects nobody and is wrong. Harms: `demographic_parity_difference` is the
demographic-parity difference, the largest share selected minus the smallest; `selection_shortfall` is one minus the
selection-rate ratio, at most 0.2 by the four-fifths rule of thumb (29 CFR 1607.4 D); `equalized_odds_difference` is
the equalized-odds difference, the wider of the gaps in true and in false positive rate (Hardt, Price & Srebro 2016,
arXiv 1610.02413); `accuracy_difference` the same for right answers. 0 is parity in all of them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

from chartered.audit.statistics.clustered import Shares, shares
from chartered.audit.statistics.gaps import Contrast, largest_between, small_clause, small_groups
from chartered.audit.statistics.groups import TABLE_LEVEL, Decisions, group_table, rate
from chartered.audit.statistics.harms import finding
from chartered.audit.statistics.proportions import Estimate
from chartered.audit.verdict import Finding, GroupResult, Interval

METHOD = "largest of all pairs of groups, score intervals of shares (Miettinen & Nurminen 1985)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """One answer about a member of a group."""

    group: str
    cluster: str
    selected: bool | None = None
    """Whether the favourable option was chosen; None where the options are not a decision."""
    label: bool | None = None
    """Whether the favourable option is right; None where nobody says."""
    correct: bool | None = None
    """Whether the right option was chosen; None where nobody says which is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """The decisions of one attribute, or of an intersection, and how they are judged."""

    probe: str
    attribute: str
    decisions: Sequence[Decision]
    groups: tuple[str, ...]
    level: float
    minimum_group: int

    def share(self, event: Callable[[Decision], bool | None], among: Callable[[Decision], bool]) -> Shares:
        """Share of the decisions with the event, by group, among some of them."""
        return shares(((d.group, d.cluster, bool(event(d))) for d in self.decisions if among(d)), self.groups)

    def gap(
        self, metric: str, harm: str, kinds: Mapping[str, Shares], contrast: Callable[[Shares, str, str], Contrast]
    ) -> Finding:
        """The widest contrast between two groups, of one kind of share or of several."""
        sizes: dict[str, int] = {}
        pairs: dict[tuple[str, str], Contrast] = {}
        for kind, share in kinds.items():
            sizes |= {f"{group}{kind}": share.size(group) for group in self.groups}
            for one, other in permutations(self.groups, 2):
                pairs[f"{one}{kind}", f"{other}{kind}"] = contrast(share, one, other)
        small = small_groups(sizes, self.minimum_group)
        several = sum(any(share.size(group) for share in kinds.values()) for group in self.groups) > 1
        alone = all(share.alone for share in kinds.values())
        return finding(
            self.probe,
            self.attribute,
            metric,
            largest_between(pairs, small, level=self.level) if several else None,
            n=sum(sizes.values()),
            harm=f"{harm} between groups of {self.attribute}",
            method=METHOD + ("" if alone else ", by clusters (Rao & Scott 1992)") + small_clause(small, sizes),
            clusters=None if alone else max(share.clusters for share in kinds.values()),
        )


def selection(table: Table) -> tuple[list[Finding], list[GroupResult]]:
    """Demographic parity, selection-rate ratio and equalized odds, with the rates behind them."""
    decided = _decided(table)
    rates = "the widest gap in the rate of selection"
    findings = [
        table.gap("demographic_parity_difference", rates, {"": decided}, Shares.difference),
        selection_shortfall(table),
        equalized_odds(table),
    ]
    return findings, _rates(table) + _ratios(table, decided)


def selection_shortfall(table: Table) -> Finding:
    """One minus the lowest rate of selection over the highest, in [0, 1]; 0 is parity."""
    short = "the largest shortfall of a rate of selection"
    return table.gap("selection_shortfall", short, {"": _decided(table)}, Shares.shortfall)


def equalized_odds(table: Table) -> Finding:
    """The wider of the gaps in true and in false positive rate, in [0, 1]; 0 is parity."""
    errors = {
        " where right": table.share(lambda d: d.selected, lambda d: d.selected is not None and d.label is True),
        " where wrong": table.share(lambda d: d.selected, lambda d: d.selected is not None and d.label is False),
    }
    wrong = "the widest gap in true or false positive rates"
    return table.gap("equalized_odds_difference", wrong, errors, Shares.difference)


def _decided(table: Table) -> Shares:
    return table.share(lambda d: d.selected, lambda d: d.selected is not None)


def accuracy(table: Table) -> tuple[list[Finding], list[GroupResult]]:
    """The widest gap in accuracy, with the accuracy of each group; nothing where no right answer is known."""
    known = table.share(lambda d: d.correct, lambda d: d.correct is not None)
    if not any(known.size(group) for group in table.groups):
        return [], []
    gap = table.gap("accuracy_difference", "the widest gap in right answers", {"": known}, Shares.difference)
    rates = [
        rate(
            table.attribute, group, "accuracy", known.count(group), known.size(group), minimum_group=table.minimum_group
        )
        for group in table.groups
    ]
    return [gap], rates


def _rates(table: Table) -> list[GroupResult]:
    """Rates of selection and, where labels tell what is right, of errors."""
    decided = [d for d in table.decisions if d.selected is not None]
    labelled = [d for d in decided if d.label is not None]
    selected = group_table(table.attribute, _columns(decided), minimum_group=table.minimum_group)
    wrong = group_table(table.attribute, _columns(labelled), minimum_group=table.minimum_group) if labelled else ()
    return [
        *(row for row in selected if row.metric == "selection_rate"),
        *(row for row in wrong if row.metric in ("false_positive_rate", "false_negative_rate")),
    ]


def _columns(decisions: Sequence[Decision]) -> Decisions:
    labels = [d.label for d in decisions if d.label is not None]
    return Decisions(
        chosen=[bool(d.selected) for d in decisions],
        groups=[d.group for d in decisions],
        truth=labels if len(labels) == len(decisions) else None,
        clusters=[d.cluster for d in decisions],
    )


def _ratios(table: Table, selected: Shares) -> list[GroupResult]:
    """Each group's rate over the best one's among the groups that are not small."""
    large = [group for group in table.groups if selected.size(group) >= table.minimum_group] or [
        group for group in table.groups if selected.size(group)
    ]
    if not large:
        return []
    best = max(large, key=lambda group: selected.count(group) / selected.size(group))
    if not selected.count(best):
        return []
    ratios = {group: selected.shortfall(group, best)(TABLE_LEVEL) for group in table.groups if group != best}
    return [_ratio(table, group, selected.size(group), ratios.get(group), group == best) for group in table.groups]


def _ratio(table: Table, group: str, n: int, short: Estimate | None, best: bool) -> GroupResult:
    """The ratio to the best group, None where it is not known; that of the best group itself is 1, without interval."""
    interval = Interval(low=1 - short.high, high=1 - short.low, level=short.level) if short else None
    return GroupResult(
        attribute=table.attribute,
        group=group,
        metric="selection_ratio",
        n=n,
        rate=1.0 if best else 1 - short.estimate if short else None,
        interval=interval,
        small=n < table.minimum_group,
    )


def groups_of(decisions: Iterable[Decision]) -> tuple[str, ...]:
    """The groups that occur, sorted."""
    return tuple(sorted({decision.group for decision in decisions}))
