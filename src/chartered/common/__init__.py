"""What every room uses, and what uses none of ours.

`errors`, `files` (JSON lines, whole-or-nothing writes, hashes), `yaml` (strict blocks), `endpoint` (the one client),
`reply` (what comes back), `protocol` (how servers really speak), `models` (what a model's folder may hold), `progress`,
`tables` and `uncertainty`.
"""
