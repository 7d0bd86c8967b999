"""One-time codes (RFC 6238) for those who sign or see much, and codes for when the phone is gone."""
