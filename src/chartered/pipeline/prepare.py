"""The first stage of a run: corpora and problems are read, checked, made disjoint and written down."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from chartered.common.errors import DataError
from chartered.common.files import sha256_file, write_rows
from chartered.common.rows import Unusable
from chartered.domains.authoring import FileProblems
from chartered.domains.checking.requirements import judges
from chartered.domains.contract import Checks, Document, Domain, Problem
from chartered.domains.importing import distinct
from chartered.domains.prompts import answer_line
from chartered.domains.records import problem_results, read_documents, write_problems
from chartered.pipeline.recipe import Data, Source

CORPUS, TRAIN, HELDOUT = "corpus.jsonl", "train.jsonl", "heldout.jsonl"
MOST_FAULTY = 0.05
"""Share of the problems that a person brings whose own answer the verifier may not find right: these are left out."""


def prepare_data(domain: Domain, checker: Checks, data: Data, output: Path) -> dict[str, Any]:
    """Write corpus, training problems and held-out problems; returns counts of what was kept and dropped.

    Raises:
        DataError: nothing to hold out, a file that cannot be read, a corpus without a licence, a problem whose own
            answer its verifier does not find right.
        PluginError: a problem is of a kind that the domain has no verifier for.
        TrainingError: the verifier failed on too many of the right answers.
    """
    dropped: Counter[str] = Counter()
    own, brought = _problems(domain, data.problems, dropped)
    problems = distinct([*own, *brought], dropped)
    faulty = _faulty(domain, checker, problems, {problem.id for problem in brought}, dropped)
    problems = [problem for problem in problems if problem.id not in faulty]
    train = [p for p in problems if p.split == "train"]
    heldout = [p for p in problems if p.split == "heldout"]
    if len(heldout) < 2:
        raise DataError(f"the recipe's problem sets hold {len(heldout)} held-out problems; at least 2 are needed.")
    documents = list(_clean(_documents(domain, data.corpora), heldout, dropped))
    write_rows(output / CORPUS, map(asdict, documents))
    write_problems(output / TRAIN, train)
    write_problems(output / HELDOUT, heldout)
    return {
        "documents": len(documents),
        "characters": sum(len(d.text) for d in documents),
        "train": dict(Counter(p.kind for p in train)),
        "heldout": dict(Counter(p.kind for p in heldout)),
        "licences": sorted({d.licence for d in documents} | {_licence(domain, s) for s in data.problems}),
        "dropped": dict(dropped),
    }


def _faulty(
    domain: Domain, checker: Checks, problems: Sequence[Problem], brought: Collection[str], dropped: Counter[str]
) -> set[str]:
    """Ids of problems that a person brought whose right answer, given as such, is not found right.

    Nothing that is learnt or measured on them would count. One in the domain's own sets, or more than `MOST_FAULTY` of
    those that were brought, is an error. A judge is not asked: that would be paid for, and `chartered
    calibrate-verifier` measures it.
    """
    items = [(each, _right_response(each)) for each in problems if not judges(domain.verifier(each.kind))]
    faults = [
        (problem, check)
        for (problem, _), check in zip(items, checker.check(items), strict=True)
        if check.status != "correct"
    ]
    left_out = {problem.id for problem, _ in faults if problem.id in brought}
    for problem, check in faults:
        if problem.id not in brought or len(left_out) > MOST_FAULTY * len(brought):
            why = f": {check.reason}" if check.reason else ""
            raise DataError(
                f"problem {problem.id} (kind {problem.kind!r}, {problem.question[:60]!r}): its own answer "
                f"{_with_unit(problem)!r} is {check.status} to the verifier{why}; mend the problem or the verifier."
            )
        dropped[f"problem whose own answer is {check.status} to the verifier"] += 1
    return left_out


def _right_response(problem: Problem) -> str:
    # a program does not fit on an answer line
    return (problem.solution if problem.tests is not None else None) or answer_line(_with_unit(problem))


def _with_unit(problem: Problem) -> str:
    return f"{problem.answer} {problem.unit}" if problem.unit else problem.answer


def file_hashes(data: Data) -> dict[str, str]:
    """SHA-256 of each local file that the recipe names.

    Raises:
        DataError: one is missing.
    """
    paths = [source.path for source in (*data.corpora, *data.problems) if source.path]
    for path in paths:
        if not path.is_file():
            raise DataError(f"{path}: there is no such file; check `path` under `data` in the recipe.")
    return {str(path): sha256_file(path) for path in paths}


def traces_hash(path: Path) -> str:
    """SHA-256 of the file of traces that the recipe names.

    Raises:
        DataError: it is missing.
    """
    if not path.is_file():
        raise DataError(f"{path}: there is no such file; check `traces` under `annotate` in the recipe.")
    return sha256_file(path)


def stratified(problems: Sequence[Problem], count: int) -> list[Problem]:
    """At most `count` problems, as evenly over kinds as there are; by id, so that every stage gets the same."""
    by_kind: dict[str, list[Problem]] = defaultdict(list)
    for problem in sorted(problems, key=lambda p: p.id):
        by_kind[problem.kind].append(problem)
    rounds = max(map(len, by_kind.values()), default=0)
    taken = (kind[i] for i in range(rounds) for _, kind in sorted(by_kind.items()) if i < len(kind))
    return list(islice(taken, count))


def _problems(domain: Domain, sources: Iterable[Source], dropped: Counter[str]) -> tuple[list[Problem], list[Problem]]:
    """The problems of the domain's own sets, and those of files that a person brings."""
    own: list[Problem] = []
    brought: list[Problem] = []
    for source in sources:
        if source.name is None:
            assert source.path is not None
            results: Iterable[Problem | Unusable] = problem_results(source.path)
        else:
            found = domain.problem_set(source.name).load(source.path)
            if isinstance(found, FileProblems):
                results = (found if source.index_base is None else found.based(source.index_base)).results()
            else:
                results = found
        usable = _usable(results, dropped)
        (brought if source.path else own).extend(islice(usable, source.limit))
    return own, brought


def _usable(results: Iterable[Problem | Unusable], dropped: Counter[str]) -> Iterator[Problem]:
    for result in results:
        if isinstance(result, Unusable):
            dropped[f"problem with {result.reason}"] += 1
        else:
            yield result


def _documents(domain: Domain, sources: Iterable[Source]) -> Iterator[Document]:
    for source in sources:
        if source.name is not None:
            found: Iterable[Document] = domain.corpus(source.name).load(source.path)
        elif source.licence is None:
            raise DataError(f"{source.path}: the corpus has no licence; add `licence:` beside its path in the recipe.")
        else:
            assert source.path is not None
            found = read_documents(source.path, source.licence)
        yield from islice(found, source.limit)


def _clean(documents: Iterable[Document], heldout: Sequence[Problem], dropped: Counter[str]) -> Iterator[Document]:
    """Documents without repeats, and without those that hold a held-out question word for word."""
    seen: set[str] = set()
    questions = [_folded(p.question) for p in heldout]
    for document in documents:
        text = _folded(document.text)
        if text in seen:
            dropped["document twice"] += 1
        elif any(question in text for question in questions):
            dropped["document with a held-out question"] += 1
        else:
            seen.add(text)
            yield document


def _folded(text: str) -> str:
    return " ".join(text.lower().split())


def _licence(domain: Domain, source: Source) -> str:
    if source.name is not None:
        return domain.problem_set(source.name).licence
    return source.licence or "not stated"
