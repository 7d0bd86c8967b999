"""Data checks over the register (A14): what they find, who looks at it, and what he says of it."""
