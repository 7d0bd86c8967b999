"""An invented county, the same every time, and the two months it plays."""
