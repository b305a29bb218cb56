"""Sound in and out: devices, files, levels, and the simulated room."""
