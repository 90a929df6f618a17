"""Programs and their tests, as text: `blocks` finds the program in a response, `unit_tests` reads a problem's tests.

Tests may be Python, or `cases`. What runs them is in `chartered.domains.sandbox`; nothing is run here.
"""
