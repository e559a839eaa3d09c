from . import purchase_plan_demo
from . import production_schedule_demo
