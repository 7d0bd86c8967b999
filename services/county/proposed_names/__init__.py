"""Who may be named in the bulletin, with the facts."""
