"""How the kinds of key groups are called."""

KINDS = {"MUST_VISIT": "必访", "MUST_CHECK": "必查", "KEY": "重点户"}
BY_HAND = "人工标注"
