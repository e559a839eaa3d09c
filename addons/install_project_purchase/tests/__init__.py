from . import test_ask_race, test_partner_purchase
