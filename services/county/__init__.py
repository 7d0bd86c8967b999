"""Tier 3 and the office: supervision, merge, verification, ledger, candidates, joint meeting,
bulletin.
"""
