"""Scripts that run inside Odoo's process, started by the tool with the environment's Python."""
