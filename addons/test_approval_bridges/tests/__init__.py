from . import test_attacks, test_attacks_bill, test_attacks_delivery
