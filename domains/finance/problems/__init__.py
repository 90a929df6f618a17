"""The problem sets of the finance domain: six generated kinds, and published sets from local files."""

from chartered.domains.authoring import generated
from chartered.domains.finance.facts import LICENCE
from chartered.domains.finance.problems import bond, interest, ratio, sentiment, table, table_reading
from chartered.domains.finance.published import PUBLISHED

PROBLEM_SETS = (
    generated("table", "sums, changes, averages and scales of a small table with signs", table.problems, LICENCE),
    generated(
        "reading",
        "a small table: which of four lines is largest, moved most or changed sign",
        table_reading.problems,
        LICENCE,
    ),
    generated(
        "ratio", "margins, liquidity, growth and gearing, as each question defines them", ratio.problems, LICENCE
    ),
    generated("interest", "simple and compound interest, present values, level payments", interest.problems, LICENCE),
    generated("bond", "coupons, accrued interest, prices and yields of bonds", bond.problems, LICENCE),
    generated("sentiment", "news about a company: positive, neutral or negative", sentiment.problems, LICENCE),
    *PUBLISHED,
)
