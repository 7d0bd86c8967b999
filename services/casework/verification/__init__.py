"""入户核实: what two verifiers found at the household's home, its income statement, its category."""
