"""The verdict: the one stored object of an audit. Report, exit code, JUnit and card are projections of it.

Every estimate is a *harm*: 0 is parity, larger is worse, so that one rule decides (`chartered.audit.policy`).
"""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chartered.common.errors import AuditError
from chartered.common.files import write_whole

SCHEMA = "chartered.verdict/1"

Outcome = Literal["pass", "fail", "inconclusive", "error"]
"""`error`: something required was not measured, or not in a way that can be compared."""

EXIT_CODES: dict[Outcome, int] = {"pass": 0, "fail": 2, "error": 2, "inconclusive": 4}

Finite = Annotated[float, Field(allow_inf_nan=False)]


class Part(BaseModel):
    """A part of a verdict; unknown fields are refused, and nothing changes after it is made."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Interval(Part):
    """A two-sided interval; `level` is its coverage, so each bound alone has 1 - (1 - level) / 2."""

    low: Finite
    high: Finite
    level: Finite


class ArmResult(Part):
    """What a respondent did in one arm."""

    arm: str
    n: int
    correct: int
    accuracy: Finite | None
    """Correct / n; an answer that could not be read counts as wrong. None when n is 0, or nobody says what is right."""
    interval: Interval | None
    """Wilson score interval of the accuracy."""
    no_response: int
    """Answers that could not be read."""


class Waiver(Part):
    """A finding that someone accepts for a time although it did not pass."""

    finding: str
    """Finding id; no pattern."""
    name: str
    role: str
    reason: str
    expires: str
    """The last day on which it holds, ISO 8601."""


class Finding(Part):
    """One estimate of harm against its limit."""

    id: str
    """probe/arm/metric"""
    probe: str
    arm: str
    metric: str
    harm: str
    """The harm in words, for a reader of the report."""
    estimate: Finite | None
    interval: Interval | None
    n: int
    """Items that were compared, in pairs."""
    lost: int | None = None
    """Pairs in which the harm appeared in the treated arm alone."""
    gained: int | None = None
    """Pairs in which it appeared in the control arm alone."""
    p_value: Finite | None = None
    """Exact McNemar test, for the record; it decides nothing."""
    required: bool = False
    limit: Finite | None = None
    outcome: Outcome | None = None
    """None where the policy sets no limit: reported, not judged."""
    needed_n: int | None = None
    """Items that would settle an inconclusive finding, from the observed discordant share."""
    reason: str = ""
    method: str = ""
    """How estimate and interval were computed."""
    clusters: int | None = None
    """Clusters (companies, vignettes) that were resampled whole; None where items are independent."""
    minimum_detectable: Finite | None = None
    """Harm over the limit that would have been found with probability .8 on these items."""
    holm_p: Finite | None = None
    """`p_value` adjusted for all tests of the audit (Holm), for the statement that the model is biased here."""
    waiver: Waiver | None = None


class GroupResult(Part):
    """A rate in one group, for the group tables."""

    attribute: str
    group: str
    metric: str
    n: int
    rate: Finite | None
    interval: Interval | None
    small: bool
    """Fewer items than the policy's minimum for a group: shown, and no conclusion drawn."""


class Flip(Part):
    """One item whose answer differs between the control and a treated arm, side by side."""

    item: str
    arm: str
    control_question: str
    treated_question: str
    options: tuple[str, ...]
    answer: str
    target: str | None
    control_choice: str | None
    treated_choice: str | None
    control_response: str
    treated_response: str


class ProbeResult(Part):
    """One probe: what was asked, what came back and what it amounts to."""

    probe: str
    wording_sha256: str
    """Hash over the wording and the code version of the probe's injectors."""
    items: int
    dropped: dict[str, int]
    """Items left out, by reason."""
    remarks: dict[str, int] = {}
    """Answers that came otherwise than usual, by how: kept back by a filter, read out of a thought."""
    unmet: tuple[str, ...] = ()
    """What the probe needs and the respondent does not give; it was not asked then."""
    arms: tuple[ArmResult, ...]
    findings: tuple[Finding, ...]
    groups: tuple[GroupResult, ...] = ()
    flips: tuple[Flip, ...]


class RespondentInfo(Part):
    """The model under audit and how it was asked."""

    kind: Literal["local", "endpoint", "callable", "recorded"]
    name: str
    sha256: str
    """Local: hash of the weights (`chartered.common.models.weights_sha256`); recorded: hash of the file;
    endpoint: hash of its address, the model's name there and the settings, since weights cannot be seen;
    callable: hash of the file that the function is from."""
    scoring: str
    decoding: str


class PolicyInfo(Part):
    """The policy that was applied."""

    name: str
    sha256: str
    alpha: Finite
    minimum_n: int
    minimum_group: int = 30
    roles: tuple[str, ...] = ()
    """Roles that must sign the release off."""
    distinct_people: bool = True
    """Whether each role needs a person (and a key) of its own."""
    valid_days: int | None = None
    """Days after `created` for which the verdict opens the gate; None sets no end."""


class Verdict(Part):
    """The whole audit, and its outcome."""

    schema_: Literal["chartered.verdict/1"] = Field(default="chartered.verdict/1", alias="schema")
    outcome: Outcome
    reasons: tuple[str, ...]
    """One plain sentence for each finding that kept it from passing."""
    domain: str
    respondent: RespondentInfo
    base: RespondentInfo | None = None
    """The model that the one under audit was compared with."""
    policy: PolicyInfo
    probes: tuple[ProbeResult, ...]
    not_measured: tuple[str, ...]
    waivers_sha256: str | None = None
    """Hash of the file of waivers that was given; None where there was none."""
    seed: int
    created: str
    """UTC, ISO 8601."""
    versions: dict[str, str]

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of all probes."""
        return tuple(finding for probe in self.probes for finding in probe.findings)

    @property
    def exit_code(self) -> int:
        """The exit code of a command that ends with this verdict."""
        return EXIT_CODES[self.outcome]

    def to_json(self) -> str:
        """The stored form."""
        return self.model_dump_json(by_alias=True, indent=1)


def write_verdict(verdict: Verdict, path: Path) -> None:
    """Write `verdict.json`, whole or not at all."""
    write_whole(path, verdict.to_json() + "\n")


def read_verdict(path: Path) -> Verdict:
    """Read `verdict.json`.

    Raises:
        AuditError: there is no such file, or it is not a verdict; the message names the first field that is wrong.
    """
    if not path.is_file():
        raise AuditError(f"{path}: there is no such verdict; run `chartered audit` first.")
    try:
        return Verdict.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise AuditError(f"{path}: not a verdict ({_first(error.errors()[0])}); run the audit again.") from error


def _first(error: Any) -> str:
    where = ".".join(map(str, error["loc"])) or "the file"
    return f"{where}: {error['msg']}"
