"""The offline channel: a spoken talk on this computer, with no network."""
