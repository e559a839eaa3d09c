from . import stocking_purchase_quotation
