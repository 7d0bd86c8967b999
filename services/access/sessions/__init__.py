"""Who is signed in where, since when, and until when."""
