import { registry } from "@web/core/registry";
import { inputFiles } from "@web/../tests/utils";

const tours = registry.category("web_tour.tours");
const CLAIM = "巡演报销";
const PHOTO = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";
const openRow = {
    trigger: `.o_data_row:contains('${CLAIM}') .o_data_cell[name=purpose]`,
    run: "click",
};
const panel = (name) => `.o_approval_actions button[name=${name}]`;
const gone = (name) => ({ trigger: `.o_form_view:not(:has(${panel(name)}))` });
const noDialog = { trigger: "body:not(:has(.modal))" };

async function photograph() {
    const bytes = Uint8Array.from(atob(PHOTO), (char) => char.charCodeAt(0));
    const receipt = new File([bytes], "receipt.png", { type: "image/png" });
    await inputFiles(".o_control_panel input[name=ufile]", [receipt]);
}

tours.add("expense_approval_capture", {
    url: "/odoo/action-hr_expense.hr_expense_actions_my_all",
    steps: () => [
        { trigger: ".o_button_upload_expense", run: "click" },
        { content: "The camera gives a picture", trigger: ".o_kanban_view", run: photograph },
        { content: "One expense was made of it", trigger: ".o_kanban_view .o_kanban_record:contains('未命名')", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=name] input, .o_form_view .o_field_widget[name=name] textarea", run: "edit 巡演票据" },
        { trigger: ".o_form_view .o_field_widget[name=total_amount_currency] input", run: "edit 128" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved, .o_form_view:not(:has(.o_form_button_save:visible))" },
    ],
});

tours.add("expense_approval_group", {
    url: "/odoo/my-claims",
    steps: () => [
        { trigger: ".o-kanban-button-new", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=purpose] input", run: "edit 巡演手机报销" },
        { trigger: "button[name=action_add_expenses]", run: "click" },
        { content: "The photographed receipt is a card", trigger: ".o_field_widget[name=expense_ids] .o_kanban_record:contains('巡演票据')" },
        { trigger: panel("submit"), run: "click" },
        gone("submit"),
        { content: "It is in approval", trigger: ".o_approval_panel:contains('陈立')" },
    ],
});

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

tours.add("expense_approval_bring_originals", {
    url: "/odoo/my-claims",
    steps: () => [
        { trigger: `.o_kanban_record:contains('${CLAIM}'):contains('吴静')`, run: "click" },
        { content: "What to do now, and with whom", trigger: ".o_claim_bring:contains('吴静')" },
        { content: "Only finance records it", trigger: ".o_form_view:not(:has(.o_claim_receive:visible))" },
    ],
});

const returnMarked = (opinion, reason) => [
    openRow,
    { trigger: ".o_claim_return", run: "click" },
    { trigger: ".modal .o_field_widget[name=opinion] textarea", run: `edit ${opinion}` },
    { trigger: ".modal .o_reimbursement_marks .o_data_row:first .o_data_cell[name=reason]", run: "click" },
    { trigger: ".modal .o_reimbursement_marks .o_data_row:first .o_field_widget[name=reason] input", run: `edit ${reason}` },
    { trigger: ".modal button[name=action_return]", run: "click" },
    noDialog,
    { content: "It is with the claimant", trigger: ".o_arrow_button_current[data-value=returned]" },
];

tours.add("expense_approval_manager", {
    url: "/odoo/claims",
    steps: () => returnMarked("金额不符。", "发票为 20 元。"),
});

tours.add("expense_approval_finance_returns", {
    url: "/odoo/claims",
    steps: () => returnMarked("单据不全。", "缺少行程单。"),
});

tours.add("expense_approval_finance", {
    url: "/odoo/claims",
    steps: () => [
        openRow,
        { content: "What is to be done with the originals", trigger: ".o_claim_receive_hint" },
        { trigger: ".o_claim_receive", run: "click" },
        { content: "It is recorded", trigger: ".o_field_widget[name=originals_received_at]" },
        { content: "Now the re-check", trigger: panel("approve") },
        { trigger: ".o_data_row:first .o_claim_lower", run: "click" },
        { trigger: ".modal .o_field_widget[name=amount] input", run: "edit 3" },
        { trigger: ".modal .o_field_widget[name=reason] input", run: "edit 超标。" },
        { trigger: ".modal button[name=action_sanction]", run: "click" },
        noDialog,
        { trigger: ".o_field_widget[name=sanction_reason]:contains('超标'), .o_data_row:contains('超标')" },
    ],
});

tours.add("expense_approval_pay", {
    url: "/odoo/claims",
    steps: () => [
        openRow,
        { trigger: ".o_form_statusbar button[name=action_post]", run: "click" },
        { trigger: ".modal button[name=action_post_entry]", run: "click" },
        { content: "The entry is shown", trigger: "body:not(:has(.modal)) .o_form_view .o_field_widget[name=invoice_date]" },
        { trigger: ".o_breadcrumb a:contains('RC/')", run: "click" },
        { trigger: ".o_form_statusbar button[name=action_pay]", run: "click" },
        { trigger: ".modal button[name=action_create_payments]", run: "click" },
        noDialog,
        { content: "The claimant has the money", trigger: ".o_arrow_button_current[data-value=paid]" },
    ],
});
