"""Faults of the code that change nothing anybody could notice, and why."""

EQUIVALENT: dict[str, str] = {}
"""By mutmut's name for the fault, the package left out."""
