"""The national system's export of households (A14) against the register, in and out."""
