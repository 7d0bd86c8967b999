"""Orders that silence or a second return sent up: what the county's leader is told of."""
