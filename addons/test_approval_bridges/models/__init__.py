from . import account_move
from . import account_move_line
from . import test_approval_delivery
from . import test_approval_delivery_line
from . import stock_move
from . import sale_order
from . import sale_order_line
