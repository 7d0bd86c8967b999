"""Pure domain rules: dates, numbers, routing and policy packs.

Nothing here asks the clock or touches the outside, except to read its own packs and files named to
it.
"""
