from . import (
    approval_duty_accept,
    approval_handover,
    approval_log_check,
    approval_log_export,
    approval_override_month,
    approval_replay,
    approval_try,
)
