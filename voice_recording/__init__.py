"""The recipe of the recorded voice: chooses it, and checks how it is understood.

Development only: it is no part of the wheel. `backtalk record-voice` records.
"""
