"""The county decides (县级审定), announces (公告), enters into the national system (录入), and whoever is
not admitted is told on paper.
"""
