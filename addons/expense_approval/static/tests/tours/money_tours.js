import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const field = (name, inner = "input") => `.o_form_view .o_field_widget[name=${name}] ${inner}`;
const panel = (name) => `.o_approval_actions button[name=${name}]`;
const noDialog = { trigger: "body:not(:has(.modal))" };
const choose = (text) => ({ trigger: `.o-autocomplete--dropdown-item a:contains('${text}')`, run: "click" });
const row = (text) => ({ trigger: `.o_data_row:contains('${text}') .o_data_cell:not(.o_list_record_selector):first`, run: "click" });
const save = [
    { trigger: ".o_form_button_save", run: "click" },
    { trigger: ".o_form_saved" },
];
const payInDialog = [
    { trigger: ".modal button[name=action_create_payment]", run: "click" },
    noDialog,
];

tours.add("expense_approval_standard", {
    url: "/odoo/action-expense_approval.action_expense_standard",
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_selected_row [name=product_id] input", run: "edit 巡演类别" },
        choose("巡演类别"),
        { trigger: ".o_selected_row [name=amount] input", run: "edit 260" },
        { trigger: ".o_list_button_save", run: "click" },
        { trigger: ".o_list_view:not(:has(.o_selected_row)) .o_data_row:contains('260.00')" },
    ],
});

tours.add("expense_approval_invoice", {
    url: "/odoo/action-hr_expense.hr_expense_actions_my_all?view_type=list",
    steps: () => [
        row("巡演发票费用"),
        { trigger: ".o_field_widget[name=tax_invoice_ids] .o_field_x2many_list_row_add a", run: "click" },
        { trigger: ".modal .o_field_widget[name=number] input", run: "edit 26112000000012720001" },
        { trigger: ".modal .o_field_widget[name=amount_total] input", run: "edit 300" },
        { trigger: ".modal .o_form_button_save", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_field_widget[name=tax_invoice_ids] .o_data_row" },
        { trigger: ".o_form_button_save", run: "click" },
        { content: "It is claimed elsewhere already", trigger: ".modal:contains('26112000000012720001')" },
        { trigger: ".modal .modal-footer button", run: "click" },
        noDialog,
        { trigger: ".o_field_widget[name=tax_invoice_ids] .o_data_row .o_data_cell:first", run: "click" },
        { trigger: ".modal .o_field_widget[name=number] input", run: "edit 26112000000099990009" },
        { trigger: ".modal .o_form_button_save", run: "click" },
        noDialog,
        ...save,
    ],
});

tours.add("expense_approval_advance_ask", {
    url: "/odoo/my-advances",
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: field("purpose"), run: "edit 巡演借款" },
        { trigger: field("amount"), run: "edit 600" },
        { trigger: field("settle_by"), run: "edit 2031-01-31 && press Enter" },
        ...save,
        { trigger: ".o_form_statusbar button[name=action_approval_submit]", run: "click" },
        { trigger: ".o_arrow_button_current[data-value=submitted]" },
    ],
});

tours.add("expense_approval_advance_approve", {
    url: "/odoo/advances",
    steps: () => [
        row("巡演借款"),
        { trigger: panel("approve"), run: "click" },
        { trigger: `.o_form_view:not(:has(${panel("approve")}))` },
    ],
});

tours.add("expense_approval_advance_pay", {
    url: "/odoo/advances",
    steps: () => [
        row("巡演借款"),
        { trigger: ".o_form_statusbar button[name=action_pay]", run: "click" },
        ...payInDialog,
        { trigger: ".o_arrow_button_current[data-value=paid]" },
    ],
});

tours.add("expense_approval_advance_offset", {
    url: "/odoo/my-claims",
    steps: () => [
        row("巡演报销"),
        { trigger: ".o_notebook a[name=advances]", run: "click" },
        { trigger: "button[name=action_offset_advances]", run: "click" },
        { trigger: ".o_field_widget[name=allocation_ids] .o_data_row" },
        { content: "The rest is paid", trigger: ".o_field_widget[name=to_pay_amount]" },
    ],
});

tours.add("expense_approval_budget", {
    url: "/odoo/expense-budgets",
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: field("department_id"), run: "edit 财务" },
        choose("财务中心"),
        { trigger: field("date_from", "input[data-field=date_from]"), run: "edit 2031-01-01" },
        { trigger: field("date_from", "input[data-field=date_to]"), run: "edit 2031-12-31 && press Enter" },
        { trigger: field("amount"), run: "edit 5000" },
        ...save,
        { trigger: ".o_breadcrumb a:contains('预算')", run: "click" },
        { trigger: ".o_data_row:contains('销售部'):first button[name=action_open_used]", run: "click" },
        { content: "The documents behind the figures", trigger: ".o_list_view .o_data_row:contains('RC/'):first .o_data_cell:not(.o_list_record_selector):first", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=expense_ids]" },
    ],
});

tours.add("expense_approval_budget_report", {
    url: "/odoo/budget-analysis",
    steps: () => [
        { trigger: ".o_pivot_view th:contains('销售部')" },
        { content: "A figure opens its lines", trigger: ".o_pivot_view tbody tr:contains('销售部'):first .o_pivot_cell_value:eq(2)", run: "click" },
        { trigger: ".o_list_view .o_data_row" },
    ],
});

tours.add("expense_approval_fund", {
    url: "/odoo/fund-requests",
    steps: () => [
        row("厂房租金"),
        { trigger: ".o_data_row button[name=action_pay]:first", run: "click" },
        { trigger: ".modal button[name=action_create_payment]", run: "click" },
        { content: "The accountant completes and posts it", trigger: "body:not(:has(.modal)) .o_form_statusbar button[name=action_post]", run: "click" },
        { trigger: ".o_form_view:not(:has(.o_form_statusbar button[name=action_post]:visible))" },
    ],
});
