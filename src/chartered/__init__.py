"""Chartered: small language models, adapted to a regulated domain and released only on evidence."""

__version__ = "0.1.0"
