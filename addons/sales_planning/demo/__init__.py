from . import sales_support_demo
from . import sales_plan_demo
from . import (
    marketing_demo,
)
from . import sales_forecast_demo
from . import performance_demo
from . import sales_month_report_demo
