"""The recipe of the shipped acoustic model: for development, never at run time."""
