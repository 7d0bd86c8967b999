"""The office visits and decides: verified, not qualified, back for a re-check."""
