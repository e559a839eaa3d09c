from . import test_approval_order, test_approval_line, test_approval_shipment, test_approval_piece
