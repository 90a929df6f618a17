"""Rows of files as people have them: one reader for JSON of any shape, JSON lines, CSV, TSV, Parquet, and gz of these.

`records` tells the form of a file and gives its rows, each with its place; `text` turns bytes into text, `document`
finds the rows in a whole JSON document, `delimited` reads CSV. `cells` says what an empty cell is, `columns` renames
fields as a person maps them, and `index` finds whether the answers of a file count from 0 or from 1.
"""

from chartered.common.rows.cells import Row, Unusable, dotted, missing, plain_text
from chartered.common.rows.columns import mapped, parse_map
from chartered.common.rows.index import IndexBase, index_base, whole_number
from chartered.common.rows.records import Records

__all__ = [
    "IndexBase",
    "Records",
    "Row",
    "Unusable",
    "dotted",
    "index_base",
    "mapped",
    "missing",
    "parse_map",
    "plain_text",
    "whole_number",
]
