"""Findings on their way up: written, reviewed by the village, re-checked by the township; urgent ones travel alone."""
