"""Verifiers of answers out of a closed set: one label, a set of labels, yes or no.

How such answers are read is in `reading.categories`. Options that are sentences: `choice`, which reads free text too.
"""
