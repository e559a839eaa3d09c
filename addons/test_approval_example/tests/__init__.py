from . import test_page, test_example, test_page_by_rpc
