from . import test_application_order
