from . import approval_duty_accept, approval_handover, approval_override_month
