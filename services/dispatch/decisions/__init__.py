"""What office and village do: decide a return, confirm, close, re-open, move a due date."""
