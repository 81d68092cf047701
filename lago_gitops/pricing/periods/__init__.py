"""When something is billed: days and instants, billing periods, what an occasion bills of them."""
