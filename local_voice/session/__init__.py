"""A spoken session: input, output, standby, timers."""
