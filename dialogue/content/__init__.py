"""Reads the YAML that authors write."""
