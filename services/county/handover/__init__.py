"""The ledger moves to casework: handed over, compared, taken back or confirmed."""
