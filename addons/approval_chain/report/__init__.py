from . import approval_sheet_report
