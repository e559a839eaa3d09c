"""Run in `odoo shell`: what the registry knows of approvals, and whether every form still opens."""


def answer(env):
    models = sorted(name for name in env if "approval" in name)
    fields = sorted(
        str(field)
        for model in env.registry.values()
        for field in model._fields.values()
        if any("approval" in module for module in field._modules)
    )
    views = env["ir.ui.view"].search([("type", "in", ("form", "list", "search", "kanban"))])
    broken = []
    for name in sorted(set(views.filtered(lambda view: view.model in env).mapped("model"))):
        try:
            env[name].get_views([(False, "form")])
        except Exception as error:
            broken.append(f"{name}: {error}")
    return {"models": models, "fields": fields, "broken": broken}
