"""Public notices (公示) by rounds of the pack: hung up, closed, objections with their answers."""
