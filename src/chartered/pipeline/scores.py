"""What a run shows at its end: the score of every stage on the same held-out problems, and the training curves."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from chartered.common.files import read_rows, write_whole
from chartered.common.tables import table
from chartered.domains.authoring.splits import LEVELS
from chartered.pipeline.ledger import Ledger
from chartered.pipeline.line import BASE, SAMPLES, Line


@dataclass(frozen=True, kw_only=True)
class Row:
    """One stage's score."""

    stage: str
    n: int
    accuracy: float | None
    """None where the verifier could judge nothing."""
    standard_error: float | None
    low: float | None
    high: float | None
    """95 % Wilson interval of the accuracy."""
    change: float | None
    """Accuracy less that of the stage before, on the same problems."""
    change_low: float | None
    change_high: float | None
    """95 % score interval of the paired difference."""
    kinds: Mapping[str, float | None]
    difficulty: Mapping[str, float | None]
    labels: Mapping[str, Any]
    """`label_scores` of the kinds that always have the same options."""


@dataclass(frozen=True)
class ScoreTable:
    """The scores of a run, stage by stage."""

    stages: tuple[Row, ...]

    def rows(self) -> list[dict[str, Any]]:
        """As plain records."""
        return [asdict(row) for row in self.stages]

    def figures(self) -> Iterator[tuple[str, float, float, float, int]]:
        """Stage, accuracy, interval and n of the stages that could be scored."""
        for row in self.stages:
            if row.accuracy is not None and row.low is not None and row.high is not None:
                yield row.stage, row.accuracy, row.low, row.high, row.n

    def text(self) -> str:
        """As a table for people."""
        kinds, last = list(self.stages[0].kinds), self.stages[-1]
        columns = ("stage", "held-out accuracy", "change, 95 % interval", *kinds)
        grid = table(columns, (_cells(row, kinds) for row in self.stages), left=3)
        return "\n".join([grid, _note(self.stages[0].n), *_levels(last), *_said(last)])


def score_table(line: Line, ledger: Ledger) -> ScoreTable:
    """The table of a run whose scores are all done."""
    names, rows = [BASE, *line.trained], []
    for before, name in zip([None, *names], names, strict=False):
        found = ledger.entries[f"score-{name}"].metrics
        rows.append(_row(name, found, _change(line.folder, before, name) if before else None))
    return ScoreTable(tuple(rows))


def _row(name: str, found: Mapping[str, Any], change: Any) -> Row:
    whole = found["all"]
    return Row(
        stage=name,
        **{key: whole[key] for key in ("n", "accuracy", "standard_error", "low", "high")},
        change=change.estimate if change else None,
        change_low=change.low if change else None,
        change_high=change.high if change else None,
        kinds={kind: values["accuracy"] for kind, values in found["kinds"].items()},
        difficulty={level: values["accuracy"] for level, values in found["difficulty"].items()},
        labels=found["labels"],
    )


def _change(folder: Path, before: str, after: str) -> Any:
    """Paired difference of two stages' accuracies, on the problems that both have judged."""
    from chartered.audit.statistics.proportions import paired_difference

    old, new = _judged(folder, before), _judged(folder, after)
    shared = old.keys() & new.keys()
    won = sum(new[i] and not old[i] for i in shared)
    lost = sum(old[i] and not new[i] for i in shared)
    return paired_difference(won, lost, len(shared), level=0.95)


def _judged(folder: Path, stage: str) -> dict[str, bool]:
    rows = (row for _, row in read_rows(folder / f"score-{stage}" / SAMPLES))
    return {row["id"]: row["status"] == "correct" for row in rows if row["status"] not in ("timeout", "error")}


def _cells(row: Row, kinds: list[str]) -> tuple[str, ...]:
    accuracy = "not scored" if row.accuracy is None else f"{row.accuracy:.3f} [{row.low:.3f}, {row.high:.3f}]"
    change = "" if row.change is None else f"{row.change:+.3f} [{row.change_low:+.3f}, {row.change_high:+.3f}]"
    return row.stage, accuracy, change, *(_share(row.kinds.get(kind)) for kind in kinds)


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _note(n: int) -> str:
    return f"n = {n} held-out problems, the same at each stage; changes are paired by problem."


def _levels(row: Row) -> Iterator[str]:
    """The last stage by difficulty, where problems say theirs."""
    levels = [level for level in LEVELS if level in row.difficulty]
    if levels:
        yield f"{row.stage} by difficulty: " + ", ".join(f"{x} {_share(row.difficulty[x])}" for x in levels)


def _said(row: Row) -> Iterator[str]:
    """How often the last stage says each label, beside how often it is right: a prior shows here."""
    for kind, found in row.labels.items():
        labels = ", ".join(f"{name} {x['said']:.2f} (right {x['true']:.2f})" for name, x in found["labels"].items())
        yield f"{row.stage} says in {kind}: {labels}; macro F1 {found['macro_f1']:.3f}, n = {found['n']}"


def draw_curves(line: Line, ledger: Ledger) -> Path:
    """Draw loss or reward over steps for each training stage into `curves.svg`; returns its path."""
    import io

    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "chartered", "font.size": 9})
    from matplotlib.figure import Figure

    figure = Figure(figsize=(3.2 * max(1, len(line.trained)), 2.6), layout="constrained")
    for index, name in enumerate(line.trained, start=1):
        axes = figure.add_subplot(1, len(line.trained), index)
        label = "reward" if name == "reinforce" else "loss"
        history = [entry for entry in ledger.entries[name].metrics["history"] if label in entry]
        axes.plot([e["step"] for e in history], [e[label] for e in history], marker=".", color="#2b5c8a")
        axes.set(title=name, xlabel="step", ylabel=label)
        axes.grid(alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None})
    path = line.folder / "curves.svg"
    write_whole(path, text.getvalue())
    return path
