"""Reads the YAML that authors write; decides nothing."""
