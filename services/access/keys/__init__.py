"""The public keys by which every service tells a token of ours from a forged one."""
