from . import approval_handover, approval_try, approval_replay
