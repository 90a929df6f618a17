"""Waivers: findings that a named person accepts for a time, although they did not pass.

A waiver names one finding, who accepts it, in which role, why, and the last day on which it holds. It never covers
what was not measured. Not covered: whether that person wrote it; a waiver is plain text, and sign-offs repeat it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, field_validator

from chartered.audit.verdict import Finding, Waiver
from chartered.common.errors import UsageError, nearest
from chartered.common.files import sha256_file
from chartered.common.yaml import Strict, key_lines, read_yaml

_Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _Entry(Strict):
    """One waiver, as people write it."""

    finding: str
    name: _Words
    role: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    reason: _Words
    expires: date

    @field_validator("finding")
    @classmethod
    def _one_finding(cls, given: str) -> str:
        if set(given) & set("*?["):
            raise ValueError("a waiver is for one finding and takes no pattern; write its whole id")
        if len(given.split("/")) != 3:
            raise ValueError("this is not a finding; it reads probe/arm/metric")
        return given

    @field_validator("name")
    @classmethod
    def _one_line(cls, given: str) -> str:
        if not given.isprintable():
            raise ValueError("a name is one line of printable characters")
        return given

    @field_validator("expires", mode="before")
    @classmethod
    def _a_day(cls, given: object) -> object:
        plain = isinstance(given, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", given)
        if not plain and (not isinstance(given, date) or isinstance(given, datetime)):
            raise ValueError("give a day as in 2027-03-31")
        return given


class _File(Strict):
    waivers: Annotated[tuple[_Entry, ...], Field(min_length=1)]

    @field_validator("waivers")
    @classmethod
    def _each_once(cls, given: tuple[_Entry, ...]) -> tuple[_Entry, ...]:
        findings = [entry.finding for entry in given]
        for finding in findings:
            if findings.count(finding) > 1:
                raise ValueError(f"the finding {finding!r} has two waivers; keep one")
        return given


@dataclass(frozen=True, kw_only=True)
class WaiverFile:
    """The waivers in a file, and where each stands."""

    path: Path
    sha256: str
    waivers: tuple[Waiver, ...]
    lines: tuple[int, ...]
    """The line of each waiver's `finding`."""

    def check_probes(self, probes: Sequence[str]) -> None:
        """Refuse a waiver for a probe that is not asked; called before anything is.

        Raises:
            UsageError: naming line and key.
        """
        for place, waiver in self._places():
            probe = waiver.finding.partition("/")[0]
            if probe not in probes:
                raise UsageError(f"{place}: the probe {probe!r} is not part of this audit; {nearest(probe, probes)}")

    def check_findings(self, findings: Iterable[Finding]) -> None:
        """Refuse a waiver for a finding that the audit does not have, or that the policy does not require.

        Raises:
            UsageError: naming line and key.
        """
        known = {finding.id: finding for finding in findings}
        for place, waiver in self._places():
            if waiver.finding not in known:
                raise UsageError(f"{place}: the audit has no such finding; {nearest(waiver.finding, known)}")
            if not known[waiver.finding].required:
                raise UsageError(
                    f"{place}: the policy does not require it, so there is nothing to waive; remove the waiver."
                )

    def _places(self) -> list[tuple[str, Waiver]]:
        return [
            (f"{self.path}, line {line}: waivers.{index}.finding is {waiver.finding!r}", waiver)
            for index, (waiver, line) in enumerate(zip(self.waivers, self.lines, strict=True))
        ]


def load_waivers(path: Path, *, today: date | None = None) -> WaiverFile:
    """Read a file of waivers, all of which must hold today.

    Raises:
        UsageError: naming line and key: no such file, no YAML, an unknown or missing key, a pattern, a finding that is
            waived twice, or a waiver that has expired.
    """
    file = read_waivers(path)
    lines = key_lines(path)
    for index, waiver in enumerate(file.waivers):
        if has_expired(waiver, today):
            raise UsageError(
                f"{path}, line {lines[f'waivers.{index}.expires']}: waivers.{index}.expires is {waiver.expires}: the "
                f"waiver for {waiver.finding} has expired; have it decided anew or remove it."
            )
    return file


def read_waivers(path: Path) -> WaiverFile:
    """Read a file of waivers, whether or not they still hold.

    Raises:
        UsageError: as for `load_waivers`, but for expiry.
    """
    entries = read_yaml(path, _File, "file of waivers").waivers
    lines = key_lines(path)
    return WaiverFile(
        path=path,
        sha256=sha256_file(path),
        waivers=tuple(Waiver(**{**entry.model_dump(), "expires": entry.expires.isoformat()}) for entry in entries),
        lines=tuple(lines[f"waivers.{index}.finding"] for index in range(len(entries))),
    )


def has_expired(waiver: Waiver, today: date | None = None) -> bool:
    """Whether the last day of a waiver is over (today in UTC unless given); what is not a day has expired too."""
    try:
        last = date.fromisoformat(waiver.expires)
    except ValueError:
        return True
    return (today or datetime.now(UTC).date()) > last
