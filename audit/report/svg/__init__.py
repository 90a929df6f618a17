"""Plots without script or font: `forest` of findings, `trajectories` over stages, by the marks and scales of
`drawing` in the colours of `palette`.
"""
