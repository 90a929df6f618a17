"""One module for each form of the report: `html`, `pdf` (with `sheet`, the values that Typst sets), `markdown`,
`junit`, `hub`; `comparison` puts two verdicts side by side.
"""
