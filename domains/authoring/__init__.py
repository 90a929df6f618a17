"""What the author of a plugin works with.

`generated`: sets and corpora that the plugin makes itself, problems with their working, facts of its data files;
`splits`: splits and draws that are the same on every machine; `rounding`: exact results written as decimals;
`published`: problems out of published sets in local files; `conformance`: does a plugin keep the contract? The wrong
answers that it tries are made by `perturbations`.
"""

from chartered.common.rows import Row, Unusable
from chartered.domains.authoring.generated import generated, generated_corpus, shipped_facts, worked_problem
from chartered.domains.authoring.published import (
    FileProblems,
    Index,
    field,
    published,
    published_corpus,
    read_problem_file,
    read_problems_of_rows,
    read_source,
    split_of_file,
)
from chartered.domains.authoring.rounding import from_half, in_full, places_for, to_places
from chartered.domains.authoring.splits import LEVELS, Level, generator, split_of

__all__ = [
    "LEVELS",
    "FileProblems",
    "Index",
    "Level",
    "Row",
    "Unusable",
    "field",
    "from_half",
    "generated",
    "generated_corpus",
    "generator",
    "in_full",
    "places_for",
    "published",
    "published_corpus",
    "read_problem_file",
    "read_problems_of_rows",
    "read_source",
    "shipped_facts",
    "split_of",
    "split_of_file",
    "to_places",
    "worked_problem",
]
