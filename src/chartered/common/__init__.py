"""What every room uses, and what uses none of ours.

`errors`, `files` (JSON lines, whole-or-nothing writes, hashes), `yaml` (strict blocks), `endpoint` (the one client),
`models` (what a model's folder may hold), `progress`, `tables` and `uncertainty`.
"""
