"""Files of households on their way to be monitored, as casework tells: a projection."""
