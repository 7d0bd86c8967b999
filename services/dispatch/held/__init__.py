"""Needs of verified cases that a pack hands out only after the county has decided (`issue_after`)."""
