"""Cards: a personal link or QR code that makes one phone, or one browser, known."""
