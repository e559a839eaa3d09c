from . import approval_handover
