from . import (
    loyalty_terms,
    loyalty_program,
    loyalty_reward,
    loyalty_rule,
    sale_order,
    sale_order_line,
)
