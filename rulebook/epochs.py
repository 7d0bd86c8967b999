"""The day that a workbook's numbers of days count from. Standard library only: the child that reads
workbooks imports it.
"""

from datetime import date

EPOCH = date(1899, 12, 30)
EPOCH_1904 = date(1904, 1, 1)  # of workbooks that began on a Macintosh (F-25)
