from . import (
    stock_picking_return,
    stocking_purchase_quotation,
    stocking_purchase_quotation_line,
    stocking_supply,
    stocking_supply_line,
    supply_date_wizard,
)
