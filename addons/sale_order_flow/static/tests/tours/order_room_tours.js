import { field, openViews, reached } from "@sale_order_flow/../tests/tours/steps";
import { registry } from "@web/core/registry";
import { inputFiles } from "@web/../tests/utils";

const tours = registry.category("web_tour.tours");

const press = (name) => ({ trigger: `.o_form_statusbar button[name=${name}]`, run: "click" });
const saved = { trigger: ".o_form_view:not(:has(.o_form_status_indicator_buttons:visible))" };
const gone = (name) => ({ trigger: `.o_form_view:not(:has(.o_approval_actions button[name=${name}]))` });

/** A sentence, not a trace; and it can be put away. */
const refused = (sentence) => [
    { content: "Refused with a sentence", trigger: `.modal-body:contains('${sentence}')` },
    { trigger: ".modal-footer .btn-primary", run: "click" },
    { trigger: "body:not(:has(.modal))" },
];

/** A button that asks for a reason, and what it was asked for. */
const withReason = (button, reason) => [
    { trigger: `.o_form_statusbar button:contains('${button}')`, run: "click" },
    { trigger: ".modal textarea.o_ask_reason", run: `edit ${reason}` },
    { trigger: ".modal footer .btn-primary", run: "click" },
    { trigger: "body:not(:has(.modal))" },
];

const attach = (name, text) => [
    {
        trigger: field(name, ".o_attach"),
        async run() {
            const file = new File([text], `${text}.txt`, { type: "text/plain" });
            await inputFiles(field(name, ".o_input_file"), [file]);
        },
    },
    { trigger: field(name, `.o_attachment:contains('${text}')`) },
];

const today = (name) => [
    { trigger: field(name, `input, .o_field_widget[name=${name}] button`), run: "click" },
    { trigger: ".o_datetime_picker .o_today", run: "click" },
];

const approve = [
    { trigger: ".o_approval_actions button[name=approve]", run: "click" },
    gone("approve"),
];

// ---------------------------------------------------------------- the salesperson

/** F1: what is missing is named on the order, submitting says it, and then it goes. */
tours.add("order_room_incomplete", {
    steps: () => [
        { trigger: ".o_order_check[data-check=data][data-state=stop]" },
        press("action_approval_submit"),
        ...refused("联系人"),
        { trigger: field("contact_id", "input"), run: "edit 巡游联系人" },
        { trigger: ".o-autocomplete--dropdown-item:contains('巡游联系人')", run: "click" },
        { trigger: ".o_form_button_save", run: "click" },
        saved,
        { trigger: ".o_order_checks:not(:has(.o_order_check[data-check=data][data-state=stop]))" },
        press("action_approval_submit"),
        reached("review"),
    ],
});

/** F10: the voucher with its number; handed in, it is finance's. */
tours.add("order_room_apply", {
    steps: () => [
        press("action_apply_delivery"),
        press("action_submit"),
        ...refused("付款凭证"),
        ...attach("voucher_ids", "银行回单"),
        { trigger: field("voucher_number", "input"), run: "edit cmb 0042" },
        press("action_submit"),
        reached("submitted"),
        { trigger: field("voucher_number", "input:value(CMB0042)") },
    ],
});

/** F7: the deposit of a non-standard order is the one step that waits. */
tours.add("order_room_deposit", {
    steps: () => [
        press("action_apply_deposit"),
        ...attach("voucher_ids", "定金回单"),
        press("action_submit"),
        reached("submitted"),
    ],
});

// ---------------------------------------------------------------- those who review

/** F3: a department cannot answer before it has ticked its list. */
tours.add("order_room_contract_review", {
    steps: () => [
        { trigger: ".o_form_view .o_field_approval_sheet" },
        { trigger: ".o_approval_panel textarea", run: "edit 付款条件可以接受。" },
        { trigger: ".o_approval_actions button[name=opinion]", run: "click" },
        { trigger: ".o_approval_checklist .invalid-feedback" },
        {
            trigger: ".o_approval_checklist input[type=checkbox]",
            run() {
                for (const box of document.querySelectorAll(".o_approval_checklist input")) {
                    box.click();
                }
            },
        },
        { trigger: ".o_approval_checklist:not(:has(input:not(:checked)))" },
        { trigger: ".o_approval_actions button[name=opinion]", run: "click" },
        gone("opinion"),
    ],
});

tours.add("order_room_approve", {
    steps: () => [{ trigger: ".o_form_view .o_field_approval_sheet" }, ...approve],
});

/** F7: a department fills in its own part and agrees. */
tours.add("order_room_feasibility", {
    steps: () => [
        {
            content: "The own part is filled in on the spot",
            trigger: ".o_field_widget[name=answer_ids] .o_data_row:eq(0) .o_data_cell[name=lead_time_days]",
            run: "click",
        },
        { trigger: ".o_selected_row .o_field_widget[name=lead_time_days] input", run: "edit 12" },
        { trigger: ".o_selected_row .o_field_widget[name=remark] textarea, .o_selected_row .o_field_widget[name=remark] input", run: "edit 可以制造。" },
        { trigger: ".o_form_button_save", run: "click" },
        saved,
        { trigger: ".o_data_row:eq(0) .o_data_cell[name=lead_time_days]:contains('12')" },
    ],
});

// ---------------------------------------------------------------- finance, and who stops an order

tours.add("order_room_verify", {
    steps: () => [
        press("action_propose_payments"),
        { trigger: ".o_field_widget[name=allocation_ids] .o_data_row" },
        press("action_verify"),
        reached("verified"),
    ],
});

/** F10: stopped with a reason that everybody reads on the order, and set free again. */
tours.add("order_room_hold", {
    steps: () => [
        ...withReason("暂停", "上一张发票逾期。"),
        { trigger: ".o_release_gate[data-gate=hold].o_release_closed", run: "click" },
        { trigger: ".o_release_popover:contains('上一张发票逾期。')" },
        ...withReason("解除", "已对账。"),
        { trigger: ".o_release_checklist:not(:has([data-gate=hold]))" },
    ],
});

/** F24: number, day and file are read off the invoice; without them it says so. */
tours.add("order_room_tax_issue", {
    steps: () => [
        press("action_issue"),
        ...refused("发票"),
        { trigger: ".o_notebook .nav-link[name=invoice]", run: "click" },
        { trigger: field("invoice_number", "input"), run: "edit 26512000000123450001" },
        ...today("invoice_date"),
        ...attach("invoice_file_ids", "电子发票"),
        press("action_issue"),
        reached("issued"),
    ],
});

// ---------------------------------------------------------------- assistant and warehouse

/** F10: two of four now, the others later. */
tours.add("order_room_partial_notice", {
    steps: () => [
        press("action_prepare_delivery_notice"),
        { trigger: ".o_field_widget[name=line_ids] .o_data_cell[name=quantity]", run: "click" },
        { trigger: ".o_selected_row .o_field_widget[name=quantity] input", run: "edit 9" },
        press("action_issue"),
        ...refused("9"),
        { trigger: ".o_field_widget[name=line_ids] .o_data_cell[name=quantity]", run: "click" },
        { trigger: ".o_selected_row .o_field_widget[name=quantity] input", run: "edit 2" },
        press("action_issue"),
        reached("issued"),
    ],
});

tours.add("order_room_start", {
    steps: () => [
        press("action_start_production"),
        { trigger: ".o_form_statusbar:not(:has(button[name=action_start_production]))" },
    ],
});

/** F10: on hold, the transfer says why and stays; released, it leaves. */
tours.add("order_room_not_released", {
    steps: () => [
        { trigger: ".alert-warning .o_field_widget[name=release_reasons]" },
        press("button_validate"),
        { trigger: ".modal-body" },
        { trigger: ".modal-footer .btn-primary", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        reached("assigned"),
    ],
});
tours.add("order_room_ship", {
    steps: () => [press("button_validate"), reached("done")],
});

// ---------------------------------------------------------------- opened by decision

/** A19: from the mark on the order, with a reason; it is overridden for all to see. */
tours.add("order_room_override", {
    steps: () => [
        { trigger: ".o_release_gate[data-gate=payment].o_release_closed", run: "click" },
        { trigger: ".o_release_popover button:contains('放行')", run: "click" },
        { trigger: ".modal textarea.o_ask_reason", run: "edit 工地停工，款项在途。" },
        { trigger: ".modal footer .btn-primary", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        { trigger: ".o_release_gate[data-gate=payment].o_release_overridden", run: "click" },
        { trigger: ".o_release_popover:contains('工地停工')" },
    ],
});

// ---------------------------------------------------------------- the tax invoice

tours.add("order_room_tax_request", {
    steps: () => [press("action_request"), reached("requested")],
});

/** F24: the red-letter invoice is asked for with the reason. */
tours.add("order_room_tax_correct", {
    steps: () => [
        press("action_correct"),
        ...today("needed_by"),
        { trigger: field("correction_reason", "textarea, .o_field_widget[name=correction_reason] input"), run: "edit 抬头有误。" },
        press("action_request"),
        reached("requested"),
    ],
});

// ---------------------------------------------------------------- the customer

/** F8: the letter is read and signed on its page. */
tours.add("order_room_sign_letter", {
    steps: () => [
        { trigger: "body[is-ready=true] #sign .o_web_sign_name_and_signature input", run: "fill 巡游联系人" },
        { trigger: "#sign canvas.o_web_sign_signature", run: "canvasNotEmpty" },
        { trigger: "#sign .o_portal_sign_submit:enabled", run: "click", expectUnloadPage: true },
        { trigger: ".alert-success" },
        { trigger: "body:not(:has(#sign))" },
    ],
});

/** F7, F12: how far the order is, and a later date that waits for an answer. */
tours.add("order_room_later_date", {
    steps: () => [
        { trigger: ".o_order_progress li[aria-current=step]" },
        { trigger: "body[is-ready=true] .o_later_date input[name=name]", run: "edit 巡游联系人" },
        { trigger: ".o_later_date button[value=agreed]", run: "click", expectUnloadPage: true },
        { trigger: "body:not(:has(.o_later_date)) .o_order_progress" },
    ],
});

// ---------------------------------------------------------------- every view

const VIEWS = {
    action_flow_order: ["list", "kanban", "calendar", "pivot", "graph", "activity"],
    action_sale_desk: ["list", "kanban", "calendar"],
    action_sale_delivery_application: ["list", "kanban"],
    action_sale_delivery_notice: ["list", "kanban"],
    action_sale_tax_invoice_request: ["list", "kanban", "pivot", "graph", "activity"],
    action_sale_contract: ["list", "kanban", "pivot", "activity"],
    action_sale_contract_archive: ["list", "kanban", "activity"],
    action_confirmation_letter: ["list", "kanban", "activity"],
    action_qualification: ["list", "kanban", "activity"],
    action_sale_feasibility_review: ["list", "kanban", "pivot"],
    action_sale_gate_override: ["list", "kanban"],
    action_sale_order_hold: ["list", "kanban"],
    action_sale_order_promise: ["list"],
    action_delivery_consent: ["list"],
    action_tracked_line: ["list"],
    action_sale_order_stage_entry: ["pivot", "graph", "list"],
};

/** X6: every view of every room opens; the client alone knows whether it can draw one. */
tours.add("order_room_views", {
    steps: () => openViews("sale_order_flow", VIEWS),
});
