"""The deadline that an order's clocks share: a row a running clock, about `<order>/<clock>`."""

from kit.deadlines import Deadline

ORDER_CLOCK = Deadline("order clock")
