"""What all probes share: `protocol` (what a probe is), `wording` (a domain's file laid over the default one),
`problems` (which ones fit), `insertion` (putting a sentence in, choosing by seed), `fields` (of rows that others
wrote).
"""
