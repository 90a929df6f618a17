"""The command that carries an audit out again, with what the verdict does not hold left for the reader to fill in."""

import re
import shlex
from dataclasses import dataclass

from chartered.audit.verdict import Verdict

OVER_LIMIT = "over the limit of items"
"""The reason under which `chartered.audit.cases` counts the items that `--limit` left out."""
SCORINGS = {
    "local": ("generate", "logprob", "letter"),
    "endpoint": ("generate", "letter"),
    "callable": ("generate",),
    "recorded": ("first_letter", "extracted", "generate"),
}
"""What `--scoring` takes for each kind of respondent."""
_TEMPERATURE = re.compile(r"temperature (\d+(?:\.\d+)?)")
_TYPED = re.compile(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*")


@dataclass(frozen=True, kw_only=True)
class Blank:
    """Something to fill in before the command runs."""

    name: str
    """The shell variable."""
    value: str
    """What stands there until it is filled in; the name as it was typed where the verdict has that."""
    what: str
    """What belongs there, and how to tell that it is the right one."""


@dataclass(frozen=True, kw_only=True)
class Reproduction:
    """A command and its blanks."""

    blanks: tuple[Blank, ...]
    command: str
    notes: tuple[str, ...]

    @property
    def script(self) -> str:
        """Lines for a shell: the variables, then the command."""
        return "\n".join([*(f"{blank.name}={shlex.quote(blank.value)}" for blank in self.blanks), self.command])


def reproduction(verdict: Verdict) -> Reproduction:
    """How to carry the audit of a verdict out again."""
    blanks = [_model(verdict)]
    blanks.append(Blank(name="POLICY", value="policy.yaml", what=f"the policy with SHA-256 {verdict.policy.sha256}"))
    words = ["chartered", "audit", '"$MODEL"', "--domain", shlex.quote(verdict.domain), "--policy", '"$POLICY"']
    for probe in verdict.probes:
        words += ["--probe", shlex.quote(probe.probe)]
    words += _asking(verdict)
    limit = _limit(verdict)
    words += ["--limit", str(limit)] if limit else []
    words += ["--seed", str(verdict.seed), "--output", "audit-again"]
    if verdict.base is not None:
        what = f"the model that it was compared with, {verdict.base.name}, SHA-256 {verdict.base.sha256}"
        blanks.append(Blank(name="BASE", value="BASE", what=what))
        words += ["--base", '"$BASE"']
    if verdict.waivers_sha256 is not None:
        what = f"the file of waivers with SHA-256 {verdict.waivers_sha256}"
        blanks.append(Blank(name="WAIVERS", value="waivers.yaml", what=what))
        words += ["--waivers", '"$WAIVERS"']
    return Reproduction(blanks=tuple(blanks), command=" ".join(words), notes=_notes(verdict))


def _asking(verdict: Verdict) -> list[str]:
    """How the model was asked, as far as the verdict says."""
    who = verdict.respondent
    words = ["--model-name", shlex.quote(who.name)] if who.kind == "endpoint" else []
    words += ["--scoring", who.scoring] if who.scoring in SCORINGS[who.kind] else []
    heat = _TEMPERATURE.search(who.decoding)
    words += ["--sampling", heat[1]] if heat and who.kind != "recorded" else []
    if who.kind != "endpoint":
        return words
    words += ["--no-temperature"] if "the endpoint's own temperature" in who.decoding else []
    return words + (["--stream"] if "sent in pieces" in who.decoding else [])


def _model(verdict: Verdict) -> Blank:
    who = verdict.respondent
    known = f"the verdict knows it as {who.name!r}"
    if who.kind == "recorded":
        return Blank(name="MODEL", value="recorded:FILE", what=f"FILE is the file of answers with SHA-256 {who.sha256}")
    if who.kind == "endpoint":
        return Blank(name="MODEL", value="https://HOST/v1", what=f"the address of the endpoint; {known}")
    if who.kind == "callable":
        what = f"the function, whose file had the SHA-256 {who.sha256} with its name and what it takes"
        return Blank(name="MODEL", value=f"python:{who.name}", what=what)
    value = who.name if _TYPED.fullmatch(who.name) else "FOLDER"
    return Blank(
        name="MODEL", value=value, what=f"the folder or hub id of the weights with SHA-256 {who.sha256}; {known}"
    )


def _limit(verdict: Verdict) -> int | None:
    return max((probe.items for probe in verdict.probes if OVER_LIMIT in probe.dropped), default=None)


def _notes(verdict: Verdict) -> tuple[str, ...]:
    notes, who = [], verdict.respondent
    if who.kind != "recorded":
        notes.append(
            "If problems of your own were asked, add --problems FILE: the verdict has their answers and number, not "
            "the file they came from."
        )
    if who.kind == "endpoint":
        notes.append(f"Give the endpoint's settings as they were: {who.decoding}.")
    if who.scoring not in SCORINGS[who.kind] and who.scoring != "recorded":
        notes.append(f"Answers were read by {who.scoring}; choose that with --scoring.")
    return tuple(notes)
