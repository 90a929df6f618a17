"""The line from a recipe to an audited model: what a run is made of.

`recipe` and `checks` (before anything runs), `line` (what the stages share), `stages` (which there are, from what),
`tasks` (what each does), `ledger` (what is done), `prepare`, `scores`, `plan` (`--dry-run`), `calibration` of judges.
"""
