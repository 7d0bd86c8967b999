"""The fault run: a month of a county while its processes are killed, and a checker that reads only
what anybody may read.
"""
