def migrate(cr, version):
    """Allocations say who brings the goods, and transfers say for which allocation they are."""
    if not version:
        return
    cr.execute("ALTER TABLE stocking_allocation ADD COLUMN IF NOT EXISTS source varchar")
    cr.execute(
        "UPDATE stocking_allocation"
        "   SET source = CASE WHEN shortage_id IS NULL THEN 'warehouse' ELSE 'purchase' END"
        " WHERE source IS NULL"
    )
    cr.execute("ALTER TABLE stock_move ADD COLUMN IF NOT EXISTS stocking_allocation_id integer")
    cr.execute(
        "UPDATE stock_move m SET stocking_allocation_id = a.id"
        "  FROM stocking_allocation a WHERE a.move_id = m.id"
    )
