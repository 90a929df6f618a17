"""From a passing verdict to a signed folder: `gate` decides, `make` writes, `verify` opens. Inside: `contents` (what
may go in), `card`, `manifest` and `signing`, `sign_offs` of people.
"""
