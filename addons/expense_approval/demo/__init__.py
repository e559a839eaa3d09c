from . import (
    expense_approval_demo,
    expense_standard_demo,
)
