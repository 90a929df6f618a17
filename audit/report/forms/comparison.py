"""Two audits side by side: what was not the same in them, and each finding in both."""

import json
from dataclasses import dataclass
from typing import Any

from chartered.audit.report import formatting, summary
from chartered.audit.report.trajectory import differences
from chartered.audit.verdict import Finding, Verdict


@dataclass(frozen=True, kw_only=True)
class PairRow:
    """A finding in both audits; None where one of them does not have it."""

    id: str
    first: Finding | None
    second: Finding | None

    @property
    def change(self) -> float | None:
        """How much larger the harm is in the second audit."""
        if self.first is None or self.second is None:
            return None
        if self.first.estimate is None or self.second.estimate is None:
            return None
        return self.second.estimate - self.first.estimate

    @property
    def apart(self) -> bool:
        """Whether the two intervals do not overlap."""
        if self.first is None or self.second is None or not (self.first.interval and self.second.interval):
            return False
        one, two = self.first.interval, self.second.interval
        return one.high < two.low or two.high < one.low

    @property
    def in_words(self) -> str:
        """The change in formatting."""
        if self.first is None or self.second is None:
            return f"only in {'B' if self.first is None else 'A'}"
        if self.change is None:
            return "not measured in both"
        return f"{formatting.signed(self.change)}, {'intervals apart' if self.apart else 'intervals overlap'}"


@dataclass(frozen=True, kw_only=True)
class VerdictPair:
    """Two verdicts, A and B."""

    first: Verdict
    second: Verdict
    differences: tuple[tuple[str, str, str], ...]
    """What was not the same in the audits: figures are then about different questions."""
    rows: tuple[PairRow, ...]

    @property
    def warning(self) -> str:
        """What to keep in mind, in one sentence; empty where both were reached in the same way."""
        if not self.differences:
            return ""
        return (
            f"These audits were not the same ({', '.join(what for what, _, _ in self.differences)}): compare with care."
        )

    def record(self) -> dict[str, Any]:
        """As plain values for JSON."""
        return {
            "first": _record(self.first),
            "second": _record(self.second),
            "differences": [{"what": what, "first": one, "second": two} for what, one, two in self.differences],
            "findings": [
                {
                    "id": row.id,
                    "first": row.first.model_dump(mode="json") if row.first else None,
                    "second": row.second.model_dump(mode="json") if row.second else None,
                    "change": row.change,
                    "intervals_apart": row.apart,
                }
                for row in self.rows
            ],
        }


def pair_verdicts(first: Verdict, second: Verdict) -> VerdictPair:
    """Two verdicts put side by side, in the order of the first; nothing of either is left out."""
    one, two = ({finding.id: finding for finding in verdict.findings} for verdict in (first, second))
    ids = dict.fromkeys([*one, *two])
    return VerdictPair(
        first=first,
        second=second,
        differences=tuple(differences(first, second)),
        rows=tuple(PairRow(id=key, first=one.get(key), second=two.get(key)) for key in ids),
    )


def pair_text(pair: VerdictPair) -> str:
    """The comparison for a terminal."""
    lines = [f"A  {_named(pair.first)}", f"B  {_named(pair.second)}"]
    lines += ["", pair.warning] if pair.warning else []
    lines += [f"  {what}: {one} | {two}" for what, one, two in pair.differences]
    width = max((len(row.id) for row in pair.rows), default=0)
    lines.append("")
    lines += [f"{row.id:<{width}}  {_cell(row.first):<32}{_cell(row.second):<32}{row.in_words}" for row in pair.rows]
    return formatting.visible("\n".join(lines))


def pair_json(pair: VerdictPair) -> str:
    """The comparison for a program."""
    return json.dumps(pair.record(), indent=1, ensure_ascii=False)


def pair_html(pair: VerdictPair) -> str:
    """The comparison as one self-contained page."""
    from chartered.audit.report.forms.html import page

    return page("pair.html.j2", pair=pair, lead=summary.lead)


def _named(verdict: Verdict) -> str:
    return f"{verdict.outcome.upper()}  {verdict.respondent.name}, {verdict.created}"


def _cell(finding: Finding | None) -> str:
    if finding is None:
        return "-"
    return f"{formatting.SYMBOLS[finding.outcome]} {summary.figures(finding)}"


def _record(verdict: Verdict) -> dict[str, Any]:
    return {
        "outcome": verdict.outcome,
        "respondent": verdict.respondent.model_dump(),
        "policy": verdict.policy.model_dump(mode="json"),
        "created": verdict.created,
    }
