"""Answers out of a closed set: the lines of a list, the labels that it names, and what says yes or no."""
