import { field, openViews, press, reached } from "@sale_order_flow/../tests/tours/steps";
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const page = (name) => ({ trigger: `.o_notebook .nav-link[name=${name}]`, run: "click" });
const saved = () => [
    { trigger: ".o_form_button_save:visible", run: "click" },
    { trigger: ".o_form_view:not(:has(.o_form_status_indicator_buttons:visible))" },
];

/** P8: a planner plans advertising and submits it. */
tours.add("marketing_plan", {
    steps: () => [
        { trigger: ".o-kanban-button-new", run: "click" },
        { trigger: field("title", "input"), run: "edit 巡游推广" },
        { trigger: field("goal", "textarea"), run: "edit 新增线索30条。" },
        page("plan"),
        { trigger: field("plan", ".odoo-editor-editable"), run: "editor 先物料，后媒体。" },
        page("budget"),
        { trigger: field("budget_ids", ".o_field_x2many_list_row_add a"), run: "click" },
        { trigger: field("budget_ids", "[name=amount] input"), run: "edit 800" },
        ...saved(),
    ],
});

/** P8: the person responsible submits the plan. */
tours.add("marketing_submit", {
    steps: () => [
        press("action_approval_submit"),
        { trigger: ".o_form_statusbar:not(:has(button[name=action_approval_submit]:visible))" },
    ],
});

/** P8: whoever decides approves it in the panel. */
tours.add("marketing_approve", {
    steps: () => [
        { trigger: ".o_approval_actions button[name=approve]", run: "click" },
        reached("approved"),
    ],
});

/** P8: it runs, its step is finished, its result entered. */
tours.add("marketing_run", {
    steps: () => [
        press("action_start"),
        reached("running"),
        page("steps"),
        { trigger: field("step_ids", "button[name=action_done]"), run: "click" },
        { trigger: field("step_ids", ".o_data_row:not(:has(button[name=action_done]))") },
        page("result"),
        { trigger: field("result", ".odoo-editor-editable"), run: "editor 新增线索32条。" },
        ...saved(),
        press("action_done"),
        reached("done"),
    ],
});

/** P9: a salesperson reports a visit, with what was agreed. */
tours.add("development_visit", {
    steps: () => [
        { trigger: ".o-mail-Activity .o-mail-Activity-markDone", run: "click" },
        { trigger: ".o-mail-ActivityMarkAsDone textarea", run: "edit 客户认可方案，下周报价。" },
        { trigger: ".o-mail-ActivityMarkAsDone .btn-primary.mx-2", run: "click" },
        { trigger: ".o-mail-Message:contains('客户认可方案')" },
        { trigger: ".o-mail-Chatter:not(:has(.o-mail-Activity))" },
    ],
});

const VIEWS = {
    action_marketing_work: ["kanban", "list", "calendar", "pivot", "graph", "activity"],
    action_marketing_step: ["list", "calendar"],
    action_marketing_candidate: ["kanban", "list", "pivot", "activity"],
    action_marketing_placement: ["calendar", "list", "kanban", "pivot"],
    action_marketing_material: ["list", "kanban", "activity"],
    action_development_goal: ["list", "kanban"],
    action_development_report: ["pivot", "graph", "list"],
    action_lead_funnel: ["graph", "pivot", "list"],
};

/** X6: every view opens. */
tours.add("marketing_views", {
    steps: () => openViews("sales_planning", VIEWS),
});
