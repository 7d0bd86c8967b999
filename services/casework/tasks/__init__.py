"""The first page: what is to be done, and where the files stand."""
