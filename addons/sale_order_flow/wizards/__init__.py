from . import (
    order_desk_handover,
    sale_delivery_consent_wizard,
    sale_order_promise_wizard,
    supervision_month,
    sale_statement,
    stock_return_picking_line,
)
