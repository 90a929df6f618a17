"""Annotation: problems become verified reasoning traces."""
