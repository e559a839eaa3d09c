from . import test_attacks
