"""Verifies that a request is from Alexa, and for us."""
