"""Probes: what is asked, once with and once without what must not matter, and what is measured in the answers.

One folder for each probe, with its default wording; `base` is what all share, `swaps` what two share, `registry` loads
a probe by name. A domain gives a probe its own wording (or names, attribute packs, ...) in a YAML file; what it leaves
out is the default, so that any probe runs on any domain whose problems fit.
"""
