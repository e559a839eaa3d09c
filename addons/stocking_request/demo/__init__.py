# isort: off
from . import (
    stocking_request_demo,
    stocking_purchase_demo,
    incoming_inspection_demo,
    stock_review_demo,
)
