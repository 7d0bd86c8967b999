"""Signing in and out, and choosing in which post somebody acts."""
