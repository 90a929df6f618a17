"""The problem sets of the legal domain: seven generated kinds, and published sets from local files."""

from chartered.domains.authoring import generated
from chartered.domains.legal.facts import LICENCE
from chartered.domains.legal.problems import citation, clause, deadline, hearsay, jurisdiction, limitation, reporter
from chartered.domains.legal.published import PUBLISHED

PROBLEM_SETS = (
    generated("deadline", "the last day of a period in days, months or working days", deadline.problems, LICENCE),
    generated(
        "limitation", "a claim in time or too late, by years, discovery or renewal", limitation.problems, LICENCE
    ),
    generated("jurisdiction", "may a court take a case, by home states and sums", jurisdiction.problems, LICENCE),
    generated("hearsay", "is a statement shut out by the rule that is told", hearsay.problems, LICENCE),
    generated("clause", "clauses and a statement: entailment, contradiction, not mentioned", clause.problems, LICENCE),
    generated("citation", "volume, short name and first page, written in the usual form", citation.problems, LICENCE),
    generated("reporter", "which of four citations fits a table of volumes and years", reporter.problems, LICENCE),
    *PUBLISHED,
)
