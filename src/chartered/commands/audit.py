"""`chartered audit`: a model on this machine or behind an endpoint, or answers that were recorded elsewhere."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from chartered.common.errors import UsageError
from chartered.common.files import alone
from chartered.common.progress import Reporter, quiet_libraries
from chartered.common.rows import Unusable
from chartered.common.tables import table
from chartered.domains import Domain, Problem, load_domain
from chartered.domains.checking.checker import Checker
from chartered.domains.checking.pool import Pool
from chartered.domains.contract import Checks
from chartered.domains.importing import distinct
from chartered.domains.records import problem_results
from chartered.pipeline.line import ANSWERS

RECORDED = "recorded:"
_WEB = ("http://", "https://")


@dataclass(frozen=True, kw_only=True)
class Asking:
    """How the model is asked; what does not fit the kind of respondent is refused."""

    scoring: str | None = None
    sampling: float | None = None
    """Temperature; None and 0 answer greedily."""
    model_name: str | None = None
    """The model's name at its endpoint; this and what follows is for endpoints."""
    api_key_env: str | None = None
    max_tokens: int | None = None
    concurrency: int | None = None
    requests_per_minute: float | None = None
    retries: int | None = None
    columns: tuple[str, ...] = ()
    """Where the fields of recorded answers are; this and what follows is for them."""
    index_base: int | None = None

    @property
    def of_endpoint(self) -> dict[str, Any]:
        """The settings of an endpoint that were given."""
        names = ("api_key_env", "max_tokens", "concurrency", "requests_per_minute", "retries")
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}


def audit_model(
    model: str,
    domain_name: str,
    *,
    policy: Path | None,
    waivers: Path | None,
    probes: tuple[str, ...],
    published: tuple[str, ...],
    limit: int | None,
    problems: Path | None,
    base: str | None,
    asking: Asking,
    seed: int,
    output: Path | None,
    as_json: bool,
) -> int:
    """Audit a model and write verdict and report; returns the exit code of the verdict.

    Raises:
        CharteredError: in one sentence, whatever is not as it must be.
    """
    from chartered.audit.policy import load_policy
    from chartered.audit.probes.social.files import with_published
    from chartered.audit.report import write_report
    from chartered.audit.run import run_audit
    from chartered.audit.waivers import load_waivers

    domain = load_domain(domain_name)
    checker = Checker(Pool(domain))
    rules = load_policy(policy or domain.policy)
    waived = load_waivers(waivers) if waivers else None
    respondent = _respondent(model, checker, asking, seed)
    compared = _base(base, model, checker, respondent, asking, seed) if base else None
    asked = _problems(domain, problems, model)
    folder = output or Path("runs") / f"audit-{_slug(asking.model_name or model)}"
    domain = with_published(domain, published, probes, folder)
    with alone(folder), Reporter().task("audit") as report:
        verdict = run_audit(
            domain,
            respondent,
            base=compared,
            probes=probes or respondent.probes or tuple(domain.probes),
            policy=rules,
            waivers=waived,
            problems=asked,
            limit=limit,
            seed=seed,
            answers=folder / ANSWERS,
            on_progress=report,
        )
        page = write_report(verdict, folder)
    click.echo(verdict.to_json() if as_json else _text(verdict, page))
    return verdict.exit_code


def _respondent(model: str, checker: Checks, asking: Asking, seed: int) -> Any:
    if not model.startswith(_WEB) and (asking.model_name or asking.of_endpoint):
        given = ", ".join(f"--{name.replace('_', '-')}" for name in ["model_name", *asking.of_endpoint])
        raise UsageError(f"{given} is for endpoints, and {model!r} is no http address; leave it out.")
    if not model.startswith(RECORDED) and (asking.columns or asking.index_base is not None):
        given = "--map" if asking.columns else "--index-base"
        raise UsageError(f"{given} is for recorded answers (recorded:FILE), and {model!r} is asked; leave it out.")
    if model.startswith(RECORDED):
        return _recorded(Path(model.removeprefix(RECORDED)), asking)
    if model.startswith(_WEB):
        return _endpoint(model, checker, asking, seed)
    from chartered.adapt.models import resolve_model
    from chartered.audit.respondents.local import Local

    quiet_libraries()
    scoring = _scoring(asking.scoring, "generate", "logprob", "letter")
    return Local(resolve_model(model), checker, name=model, scoring=scoring, **_sampled(asking, seed))


def _recorded(path: Path, asking: Asking) -> Any:
    from chartered.audit.respondents.recorded.respondent import Recorded
    from chartered.common.rows import parse_map

    if asking.sampling is not None:
        raise UsageError(f"--sampling {asking.sampling:g}: recorded answers are as they were given; leave it out.")
    # without one, Recorded takes what fits the form of the answers
    scoring = _scoring(asking.scoring, "first_letter", "extracted", "exact") if asking.scoring else None
    return Recorded(path, scoring=scoring, columns=parse_map(asking.columns), base=asking.index_base)


def _endpoint(url: str, checker: Checks, asking: Asking, seed: int) -> Any:
    from chartered.audit.respondents.endpoint import Endpoint

    if not asking.model_name:
        raise UsageError(f"{url} may serve several models; name one with --model-name.")
    scoring = _scoring(asking.scoring, "generate", "letter", "auto")
    return Endpoint(url, asking.model_name, checker, scoring=scoring, **_sampled(asking, seed), **asking.of_endpoint)


def _base(base: str, model: str, checker: Checks, respondent: Any, asking: Asking, seed: int) -> Any:
    """The model to compare with, asked in the same way: arms that are scored in two ways cannot be compared."""
    if base.startswith((RECORDED, *_WEB)) or model.startswith(RECORDED):
        raise UsageError(f"--base {base}: only a model on this machine can be the base, and not of recorded answers.")
    same = Asking(scoring=respondent.info.scoring, sampling=asking.sampling)
    return _respondent(base, checker, same, seed)


def _sampled(asking: Asking, seed: int) -> dict[str, Any]:
    return {"temperature": asking.sampling, "seed": seed} if asking.sampling else {}


def _scoring(given: str | None, *allowed: str) -> Any:
    if given is not None and given not in allowed:
        raise UsageError(f"--scoring {given} does not fit this kind of respondent; it takes {' or '.join(allowed)}.")
    return given or allowed[0]


def _problems(domain: Domain, file: Path | None, model: str) -> list[Problem]:
    """The held-out problems of a file, or of the sets that the domain ships; recorded answers bring theirs."""
    if model.startswith(RECORDED):
        if file is not None:
            raise UsageError(f"--problems {file}: recorded answers bring their own problems; leave the option out.")
        return []
    if file is not None:
        return _heldout(_own_problems(file), file)
    return [problem for problem in domain.shipped_problems() if problem.split == "heldout"]


def _own_problems(file: Path) -> list[Problem]:
    """The problems of a file; those that cannot be used, or are asked twice, are left out and counted."""
    results = list(problem_results(file))
    dropped = Counter(each.reason for each in results if isinstance(each, Unusable))
    problems = distinct((each for each in results if not isinstance(each, Unusable)), dropped)
    for reason, count in sorted(dropped.items()):
        click.echo(f"{file}: left out: {count} with {reason}", err=True)
    return problems


def _heldout(problems: list[Problem], file: Path) -> list[Problem]:
    """Those marked as held out; all of a file that marks none, which is said."""
    kept = [problem for problem in problems if problem.split == "heldout"]
    if problems and not kept:
        click.echo(f"{file}: no problem is marked as held out (split), so all {len(problems)} are asked.", err=True)
    elif len(kept) < len(problems):
        click.echo(f"{file}: {len(problems) - len(kept)} training problems are left out.", err=True)
    return kept or problems


def _slug(model: str) -> str:
    """The model as it was given, as the name of a folder: models that end alike must not share one."""
    name = model.removeprefix(RECORDED).removesuffix(".gz").removesuffix(".jsonl")
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.")[-100:]


def _text(verdict: Any, page: Path) -> str:
    from chartered.audit.report.summary import reason_lines

    arms = [
        (arm.arm, arm.n, "-" if arm.accuracy is None else f"{arm.accuracy:.3f}", arm.no_response)
        for probe in verdict.probes
        for arm in probe.arms
    ]
    lines = [table(("arm", "n", "accuracy", "no response"), arms), ""]
    lines += [f"verdict  {verdict.outcome.upper()}", *reason_lines(verdict.reasons)]
    return "\n".join([*lines, f"report   {page}"])
