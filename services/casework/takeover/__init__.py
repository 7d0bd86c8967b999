"""The county's ledger as it is handed over: whose rows they are, and who decides where nobody can tell."""
