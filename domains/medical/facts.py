"""The facts that problems and corpus are written from, read once from `data/*.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from chartered.domains.authoring import shipped_facts

DATA = Path(__file__).parent / "data"
LICENCE = "Apache-2.0"


@dataclass(frozen=True, kw_only=True)
class Condition:
    """A condition, its typical findings and who has it."""

    name: str
    findings: tuple[str, ...]
    ages: tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Analyte:
    """A laboratory value with its adult reference range, both ends inside the range."""

    name: str
    unit: str
    low: Decimal
    high: Decimal
    step: Decimal
    span: tuple[Decimal, Decimal]
    """Least and largest value that is asked about."""

    @property
    def article(self) -> str:
        """The indefinite article of the name as it is spoken."""
        return "an" if self.name[0] in "aeiouI" else "a"

    def written(self, value: Decimal) -> str:
        """The value to the analyte's last digit, without unit."""
        return str(value.quantize(self.step))


@dataclass(frozen=True, kw_only=True)
class Drug:
    """A drug that is dosed by weight."""

    name: str
    dose: int
    """Milligrams for each kilogram."""
    use: str
    weights: tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Caution:
    """A condition, the drugs to avoid in it and why, and drugs that it is not a reason to avoid."""

    condition: str
    has: str
    sex: str | None
    ages: tuple[int, int]
    avoid: Mapping[str, str]
    safe: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TrialOutcome:
    """What a trial measures, and the difference that a question asks about."""

    name: str
    unit: str
    margin: Decimal
    step: Decimal
    """What a result is a multiple of."""


@cache
def conditions() -> tuple[Condition, ...]:
    """Conditions with their findings."""
    return tuple(
        Condition(name=name, findings=tuple(row["findings"]), ages=_pair(row["ages"]))
        for name, row in _read("diagnosis.yaml").items()
    )


@cache
def analytes() -> tuple[Analyte, ...]:
    """Laboratory values with their ranges."""
    return tuple(_analyte(name, row) for name, row in _read("laboratory.yaml").items())


@cache
def drugs() -> tuple[Drug, ...]:
    """Drugs that are dosed by weight."""
    return tuple(
        Drug(name=name, dose=row["dose"], use=row["for"], weights=_pair(row["weights"]))
        for name, row in _read("dosing.yaml")["drugs"].items()
    )


@cache
def infusions() -> tuple[tuple[str, int, int], ...]:
    """Fluid, volume in mL and hours, where volume / hours is a whole number up to 250."""
    rows = _read("dosing.yaml")
    return tuple(
        (fluid, volume, hours)
        for fluid in rows["fluids"]
        for volume in rows["volumes"]
        for hours in rows["hours"]
        if volume % hours == 0 and volume // hours <= 250
    )


@cache
def cautions() -> tuple[Caution, ...]:
    """Conditions with drugs to avoid."""
    return tuple(
        Caution(
            condition=name,
            has=row.get("has", f"has {name}"),
            sex=row.get("sex"),
            ages=_pair(row.get("ages", (18, 80))),
            avoid=row["avoid"],
            safe=tuple(row["safe"]),
        )
        for name, row in _read("contraindication.yaml").items()
    )


@cache
def outcomes() -> tuple[TrialOutcome, ...]:
    """Outcomes of invented trials."""
    return tuple(
        TrialOutcome(name=name, unit=row["unit"], margin=Decimal(str(row["margin"])), step=Decimal(str(row["step"])))
        for name, row in _read("trial.yaml").items()
    )


def _analyte(name: str, row: Mapping[str, Any]) -> Analyte:
    # through text, so that 0.1 is a tenth; a step of 0.01 gives every number of the row two decimals
    step = Decimal(str(row["step"]))
    low, high, least, most = (Decimal(str(row[key])).quantize(step) for key in ("low", "high", "from", "to"))
    return Analyte(name=name, unit=row["unit"], low=low, high=high, step=step, span=(least, most))


def _pair(values: Any) -> tuple[int, int]:
    low, high = values
    return int(low), int(high)


def _read(name: str) -> dict[str, Any]:
    rows = shipped_facts(DATA / name)
    assert isinstance(rows, dict)
    return rows
