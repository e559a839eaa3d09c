import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const CLAIM = "巡演报销";
const openRow = {
    trigger: `.o_data_row:contains('${CLAIM}') .o_data_cell[name=purpose]`,
    run: "click",
};
const panel = (name) => `.o_approval_actions button[name=${name}]`;
const gone = (name) => ({ trigger: `.o_form_view:not(:has(${panel(name)}))` });

tours.add("expense_approval_claimant", {
    url: "/odoo/my-claims",
    steps: () => [
        { trigger: `.o_kanban_record:contains('${CLAIM}')`, run: "click" },
        { content: "The lines are cards", trigger: ".o_field_widget[name=expense_ids] .o_kanban_record:contains('打车')" },
        { trigger: panel("submit"), run: "click" },
        gone("submit"),
        { content: "It is in approval", trigger: ".o_approval_panel:contains('陈立')" },
    ],
});

tours.add("expense_approval_manager", {
    url: "/odoo/claims",
    steps: () => [
        openRow,
        { trigger: ".o_claim_return", run: "click" },
        { trigger: ".modal .o_field_widget[name=opinion] textarea", run: "edit 金额不符。" },
        { trigger: ".modal .o_reimbursement_marks .o_data_row:first .o_data_cell[name=reason]", run: "click" },
        { trigger: ".modal .o_reimbursement_marks .o_data_row:first .o_field_widget[name=reason] input", run: "edit 发票为 20 元。" },
        { trigger: ".modal button[name=action_return]", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        { content: "It is with the claimant", trigger: ".o_arrow_button_current[data-value=returned]" },
    ],
});

tours.add("expense_approval_finance", {
    url: "/odoo/claims",
    steps: () => [
        openRow,
        { trigger: panel("handle"), run: "click" },
        gone("handle"),
        { content: "Now the re-check", trigger: panel("approve") },
        { trigger: ".o_data_row:first .o_claim_lower", run: "click" },
        { trigger: ".modal .o_field_widget[name=amount] input", run: "edit 3" },
        { trigger: ".modal .o_field_widget[name=reason] input", run: "edit 超标。" },
        { trigger: ".modal button[name=action_sanction]", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        { trigger: ".o_field_widget[name=sanction_reason]:contains('超标'), .o_data_row:contains('超标')" },
    ],
});

tours.add("expense_approval_pay", {
    url: "/odoo/claims",
    steps: () => [
        openRow,
        { trigger: ".o_form_statusbar button[name=action_post]", run: "click" },
        { trigger: ".modal button[name=action_post_entry]", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_form_view" },
    ],
});
