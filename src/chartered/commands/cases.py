"""`chartered cases`: an audit's cases as a file for a system that only its owners can ask; and that file, filled in."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chartered.common.errors import UsageError
from chartered.common.files import write_rows
from chartered.common.rows import Unusable
from chartered.domains import Domain, Problem, load_domain
from chartered.domains.contract import Checks
from chartered.domains.importing import distinct
from chartered.domains.records import problem_results

if TYPE_CHECKING:
    from chartered.audit.questionnaire import Origin
    from chartered.audit.respondents.recorded.questionnaire import Questionnaire

SEED = 7
"""Of cases and intervals, where none is given."""


def write_cases(
    domain_name: str,
    *,
    policy: Path | None,
    probes: tuple[str, ...],
    limit: int | None,
    problems: Path | None,
    seed: int | None,
    output: Path,
) -> str:
    """Write the cases that an audit of these settings would ask; returns what to do with them.

    Raises:
        CharteredError: in one sentence, whatever is not as it must be.
    """
    from chartered.audit.policy import load_policy
    from chartered.audit.questionnaire import Origin, case_sets, ids_of, ids_sha256, lines

    domain = load_domain(domain_name)
    names, chosen = probes or tuple(domain.probes), SEED if seed is None else seed
    rules = load_policy(policy or domain.policy)
    sets = case_sets(domain, names, asked_problems(domain, problems), seed=chosen, limit=limit)
    ids = ids_of(sets)
    if not ids:
        raise UsageError(f"the probes {', '.join(names)} have no case in domain {domain.name} that text can ask.")
    origin = Origin(
        domain=domain.name,
        probes=names,
        seed=chosen,
        limit=limit,
        problems=str(problems) if problems else None,
        policy=rules.info.sha256,
        cases=len(ids),
        sha256=ids_sha256(ids),
    )
    write_rows(output, lines(origin, sets))
    counted = [
        f"{each.probe}: {len(each.cases)} cases of {each.items} items"
        if each.cases
        else f"{each.probe}: left out, since it has no case that text can ask"
        for each in sets
    ]
    again = f"chartered audit recorded:{output} --domain {domain_name}"
    return "\n".join([*counted, f"next: fill in `response` in each line, then: {again}"])


def asked_problems(domain: Domain, file: Path | None) -> list[Problem]:
    """The held-out problems of a file, or of the sets that the domain ships."""
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


def read_cases(
    path: Path,
    written: Path | None,
    domain: Domain,
    checker: Checks,
    *,
    problems: Path | None,
    policy_sha256: str,
    seed: int | None,
) -> "Questionnaire":
    """The respondent behind a questionnaire that came back; `written` is the file that went out, for bare ids.

    Raises:
        CharteredError: the answers are not those of an audit with these settings.
    """
    from chartered.audit.questionnaire import read_origin
    from chartered.audit.respondents.recorded.questionnaire import Questionnaire

    origin = read_origin(written or path)
    if origin.domain != domain.name:
        raise UsageError(f"{path} has the cases of domain {origin.domain!r}, not of {domain.name!r}; give that one.")
    if seed not in (None, origin.seed):
        raise UsageError(f"--seed {seed}: the cases of {path} were written with seed {origin.seed}; leave it out.")
    if origin.policy != policy_sha256:
        click.echo(f"{path}: the policy is another one than when the cases were written.", err=True)
    asked = asked_problems(domain, _problem_file(path, origin, problems))
    return Questionnaire(path, origin, domain, asked, checker)


def _problem_file(path: Path, origin: "Origin", given: Path | None) -> Path | None:
    """The file of the problems that the cases were built from; None for those that the domain ships."""
    if origin.problems is None:
        if given is not None:
            raise UsageError(f"--problems {given}: {path} has cases of the domain's own problems; leave it out.")
        return None
    file = given or Path(origin.problems)
    if not file.is_file():
        raise UsageError(f"{path} has cases of the problems in {file}, which is not there; name it with --problems.")
    return file
