from . import order_desk_handover, sale_order_promise_wizard
