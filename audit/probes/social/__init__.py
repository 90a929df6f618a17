"""Stereotypes: `probe` asks questions in the `scheme` of BBQ, `likelihood` compares how likely texts are. `bbq` and
`published` read the published sets, `findings` has their measures, `wording` the questions' form.
"""
