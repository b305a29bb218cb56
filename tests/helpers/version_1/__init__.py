"""Understanding as version 1 had it: the yardstick of speed."""
