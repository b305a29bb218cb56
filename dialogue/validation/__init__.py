"""Checks the data across its files."""
