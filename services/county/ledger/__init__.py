"""The register of monitored households and their ledger."""
