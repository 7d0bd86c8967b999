"""Accounts and their posts: who acts where as what, from when until when, as whose deputy."""
