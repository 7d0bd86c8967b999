"""One search over households and organisation."""
