"""A household's file: how it came to light, where its identification stands, who owes what until when."""
