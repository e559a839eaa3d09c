from . import demo, models, report, wizards
from .hooks import uninstall_hook
