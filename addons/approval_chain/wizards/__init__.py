from . import (
    approval_log_check,
    approval_log_export,
)
