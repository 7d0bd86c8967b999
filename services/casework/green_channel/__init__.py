"""绿色通道: help first, the procedure made up afterwards (补办程序), watched by the office (I-20, B-34)."""
