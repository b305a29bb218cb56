"""Faults of the code that change nothing anybody could notice, and why."""

EQUIVALENT = {
    "rules.x_build_decision__mutmut_2": "an unsure under which an opposite holds "
    "counts as a no anyway, so it makes no difference whether it is read as one",
}
"""By mutmut's name for the fault, the package left out."""
