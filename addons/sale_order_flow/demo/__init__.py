from . import (
    sale_order_flow_demo,
    sale_order_check_demo,
    sale_order_non_standard_demo,
    sale_tax_invoice_demo,
    sale_contract_demo,
    goods_inspection_demo,
    supervision_demo,
    order_case_demo,
    shipping_demo,
    sale_after_shipment_demo,
)
