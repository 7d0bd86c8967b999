"""The township's review (乡镇审核), by list: it agrees or not, and the household goes up."""
