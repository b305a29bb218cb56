"""Audio in and out: devices, files, levels, echo, and the simulated room."""
