from . import (
    approval_handover,
    approval_log_check,
    approval_log_export,
)
