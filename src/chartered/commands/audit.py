"""`chartered audit`: a model on this machine or behind an endpoint, a function, or answers recorded elsewhere."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from chartered.commands.cases import SEED, asked_problems, read_cases
from chartered.common.errors import UsageError
from chartered.common.files import alone
from chartered.common.progress import Reporter, quiet_libraries
from chartered.common.tables import table
from chartered.domains import Domain, Problem, load_domain
from chartered.domains.checking.checker import Checker
from chartered.domains.checking.pool import Pool
from chartered.domains.contract import Checks
from chartered.pipeline.line import ANSWERS

RECORDED, FUNCTION = "recorded:", "python:"
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
    no_temperature: bool = False
    """Send no temperature, so that the endpoint's own holds."""
    stream: bool = False
    """Ask for answers in pieces."""

    @property
    def of_endpoint(self) -> dict[str, Any]:
        """The settings of an endpoint that were given."""
        numbers = ("api_key_env", "max_tokens", "concurrency", "requests_per_minute", "retries")
        names = (*numbers, "no_temperature", "stream")
        given = {name: getattr(self, name) for name in names}
        return {name: value for name, value in given.items() if value is not None and value is not False}


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
    cases: Path | None,
    asking: Asking,
    seed: int | None,
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
    filled = _filled_in(model, cases, asking)
    if filled:
        respondent: Any = read_cases(
            filled, cases, domain, checker, problems=problems, policy_sha256=rules.info.sha256, seed=seed
        )
        seed, asked = respondent.origin.seed, []
    else:
        seed = SEED if seed is None else seed
        respondent = _respondent(model, checker, asking, seed)
        asked = _problems(domain, problems, model)
    compared = _base(base, model, checker, respondent, asking, seed) if base else None
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


def _filled_in(model: str, cases: Path | None, asking: Asking) -> Path | None:
    """The file, where the model is a questionnaire that `chartered cases` wrote and somebody filled in."""
    from chartered.audit.questionnaire import is_bare, is_questionnaire

    path = Path(model.removeprefix(RECORDED))
    if cases and not model.startswith(RECORDED):
        raise UsageError(f"--cases {cases}: only recorded:FILE has answers to such cases; leave it out.")
    if not model.startswith(RECORDED) or not (cases or is_questionnaire(path) or is_bare(path)):
        return None
    _refuse_endpoint_settings(model, asking)
    _recorded_scoring(asking, "generate")
    return path


def _refuse_endpoint_settings(model: str, asking: Asking) -> None:
    given = [*(["model_name"] if asking.model_name else []), *asking.of_endpoint]
    if given:
        named = ", ".join(f"--{name.replace('_', '-')}" for name in given)
        raise UsageError(f"{named} is for endpoints, and {model!r} is no http address; leave it out.")


def _respondent(model: str, checker: Checks, asking: Asking, seed: int) -> Any:
    if not model.startswith(RECORDED) and (asking.columns or asking.index_base is not None):
        given = "--map" if asking.columns else "--index-base"
        raise UsageError(f"{given} is for recorded answers (recorded:FILE), and {model!r} is asked; leave it out.")
    if not model.startswith(_WEB):
        _refuse_endpoint_settings(model, asking)
    if model.startswith(FUNCTION):
        return _function(model.removeprefix(FUNCTION), checker, asking)
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

    # without a scoring, Recorded takes what fits the form of the answers
    scoring = _recorded_scoring(asking, "first_letter", "extracted", "exact")
    return Recorded(path, scoring=scoring, columns=parse_map(asking.columns), base=asking.index_base)


def _recorded_scoring(asking: Asking, *allowed: str) -> Any:
    if asking.sampling is not None:
        raise UsageError(f"--sampling {asking.sampling:g}: recorded answers are as they were given; leave it out.")
    return _scoring(asking.scoring, *allowed) if asking.scoring else None


def _function(place: str, checker: Checks, asking: Asking) -> Any:
    from chartered.audit.respondents.callable import Function

    if asking.sampling is not None:
        raise UsageError(f"--sampling {asking.sampling:g}: a function answers as it does; leave it out.")
    _scoring(asking.scoring, "generate")
    return Function(place, checker)


def _endpoint(url: str, checker: Checks, asking: Asking, seed: int) -> Any:
    from chartered.audit.respondents.endpoint import Endpoint

    if not asking.model_name:
        raise UsageError(f"{url} may serve several models; name one with --model-name.")
    scoring = _scoring(asking.scoring, "generate", "letter", "auto")
    settings = {name: value for name, value in asking.of_endpoint.items() if name != "no_temperature"}
    if asking.no_temperature and asking.sampling is not None:
        raise UsageError("--sampling gives a temperature and --no-temperature leaves it out; give one of them.")
    sampled = {"temperature": None} if asking.no_temperature else _sampled(asking, seed)
    return Endpoint(url, asking.model_name, checker, scoring=scoring, **sampled, **settings)


def _base(base: str, model: str, checker: Checks, respondent: Any, asking: Asking, seed: int) -> Any:
    """The model to compare with, asked in the same way: arms that are scored in two ways cannot be compared."""
    if base.startswith((RECORDED, FUNCTION, *_WEB)) or model.startswith(RECORDED):
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
    return asked_problems(domain, file)


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
    came = [f"{probe.probe}: {n} answers {how}" for probe in verdict.probes for how, n in probe.remarks.items()]
    lines = [table(("arm", "n", "accuracy", "no response"), arms), "", *came, *([""] if came else [])]
    lines += [f"verdict  {verdict.outcome.upper()}", *reason_lines(verdict.reasons)]
    return "\n".join([*lines, f"report   {page}"])
