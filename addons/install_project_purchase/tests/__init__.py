from . import test_partner_purchase
