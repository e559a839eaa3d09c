from . import (
    res_company,
    res_config_settings,
    purchase_order,
    install_project,
)
