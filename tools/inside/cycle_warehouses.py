"""Run in `odoo shell`: a company gets a second warehouse, whereupon Odoo saves its form of settings."""


def answer(env):
    company = env["stock.warehouse"].search([], limit=1).company_id
    values = {"name": "Second", "code": "WH2", "company_id": company.id}
    env["stock.warehouse"].with_company(company).create(values)
    env.cr.commit()
    return {"warehouses": env["stock.warehouse"].search_count([])}
