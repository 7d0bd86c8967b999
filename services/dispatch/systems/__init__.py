"""Departments' own systems: what they send is read, taken or refused, and always answered."""
