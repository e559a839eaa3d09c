from . import stocking_supply, stocking_supply_line
