"""Checks of the data across its files."""
