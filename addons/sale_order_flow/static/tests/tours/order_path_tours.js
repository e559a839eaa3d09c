import { registry } from "@web/core/registry";
import { inputFiles } from "@web/../tests/utils";

const tours = registry.category("web_tour.tours");
const MINE = "/odoo/order-desk-mine";
const ROW = ".o_sale_desk .o_data_row:contains('巡演客户')";

/** The person finds the order among what waits for them, and presses its one button. */
const pressNext = (label) => ({
    content: `The order waits for me: ${label}`,
    trigger: `${ROW} .o_desk_next:contains('${label}')`,
    run: "click",
});

/** The row has left what waits for me. */
const nothingLeft = {
    content: "Nothing waits for me any more",
    trigger: `.o_sale_desk:not(:has(.o_data_row:contains('巡演客户')))`,
};

const approve = [
    {
        content: "The sheet shows what is asked",
        trigger: ".o_form_view .o_field_approval_sheet",
    },
    {
        trigger: ".o_approval_actions button[name=approve]",
        run: "click",
    },
    {
        trigger: ".o_form_view:not(:has(.o_approval_actions button[name=approve]))",
    },
];

tours.add("order_flow_submit", {
    url: MINE,
    steps: () => [pressNext("提交审批"), nothingLeft],
});

tours.add("order_flow_approve", {
    url: MINE,
    steps: () => [pressNext("审批"), ...approve],
});

tours.add("order_flow_apply", {
    url: MINE,
    steps: () => [
        pressNext("申请发货"),
        {
            content: "Attach the payment voucher",
            trigger: ".o_field_widget[name=voucher_ids] .o_attach",
            async run() {
                const slip = new File(["付款凭证"], "付款凭证.txt", { type: "text/plain" });
                await inputFiles(".o_field_widget[name=voucher_ids] .o_input_file", [slip]);
            },
        },
        { trigger: ".o_field_widget[name=voucher_ids] .o_attachment:contains('付款凭证')" },
        { trigger: "button[name=action_submit]", run: "click" },
        { trigger: ".o_arrow_button_current[data-value=submitted]" },
    ],
});

tours.add("order_flow_verify", {
    url: MINE,
    steps: () => [
        pressNext("付款核查"),
        { trigger: "button[name=action_propose_payments]", run: "click" },
        { trigger: ".o_field_widget[name=allocation_ids] .o_data_row" },
        { trigger: "button[name=action_verify]", run: "click" },
        { trigger: ".o_arrow_button_current[data-value=verified]" },
    ],
});

tours.add("order_flow_notice", {
    url: MINE,
    steps: () => [
        pressNext("发货通知"),
        { trigger: "button[name=action_issue]", run: "click" },
        { trigger: ".o_arrow_button_current[data-value=issued]" },
    ],
});

tours.add("order_flow_ship", {
    url: MINE,
    steps: () => [
        pressNext("发货"),
        { trigger: ".o_form_statusbar button[name=button_validate]", run: "click" },
        { trigger: ".o_arrow_button_current[data-value=done]" },
    ],
});

tours.add("order_flow_feedback", {
    url: MINE,
    steps: () => [
        { trigger: `${ROW} .o_desk_next`, run: "click" },
        nothingLeft,
    ],
});

tours.add("order_flow_hand_over", {
    url: "/odoo/order-desk",
    steps: () => [
        {
            content: "Odoo unfolds the first ten groups by itself",
            trigger: ".o_sale_desk .o_group_header",
            run() {
                const folded = ".o_sale_desk .o_group_header:not(.o_group_open)";
                document.querySelectorAll(folded).forEach((header) => header.click());
            },
        },
        {
            content: "The row is chosen",
            trigger: `${ROW} .o_list_record_selector input`,
            run: "click",
        },
        { trigger: "button[name=action_hand_over]", run: "click" },
        {
            content: "Whose turn it is comes first",
            trigger: ".modal .o_field_widget[name=role_id] input:value(/./)",
        },
        { trigger: ".modal .o_field_widget[name=user_id] input", run: "edit 巡演仓管" },
        {
            trigger: ".modal .o-autocomplete--dropdown-item:contains('巡演仓管')",
            run: "click",
        },
        { trigger: ".modal .o_field_widget[name=reason] textarea", run: "edit 请优先发货。" },
        { trigger: ".modal footer button[name=action_hand_over]", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        {
            content: "The row says who has it",
            trigger: `${ROW} .o_data_cell[name=owner]:contains('巡演仓管')`,
        },
    ],
});

tours.add("order_flow_portal", {
    steps: () => [
        { trigger: ".o_order_progress li[aria-current=step]" },
        { trigger: ".o_order_progress a[href*='/my/picking/pdf/']" },
    ],
});

/** The assistant's day: the three looks of the desk, its marks and its keyboard. */
tours.add("order_flow_desk", {
    url: "/odoo/order-desk",
    steps: () => [
        {
            content: "The columns say how many wait",
            trigger: ".o_sale_desk .o_group_header:contains('销售助理'):contains('(')",
        },
        { content: "Marks follow for rows in sight", trigger: ROW, run: ({ anchor }) => anchor.scrollIntoView() },
        {
            content: "The marks follow the page",
            trigger: `${ROW} .o_release_gate[data-gate=payment]`,
            run: "click",
        },
        { trigger: ".o_release_popover [role=dialog]", run: "press Escape" },
        { trigger: "body:not(:has(.o_release_popover))" },
        { trigger: "button.o_switch_view.o_kanban", run: "click" },
        { content: "Marks follow for rows in sight", trigger: ".o_kanban_record:contains('巡演客户'):has(.o_desk_next)", run: ({ anchor }) => anchor.scrollIntoView() },
        {
            content: "The card carries the same button and marks",
            trigger: ".o_kanban_record:contains('巡演客户'):has(.o_desk_next) .o_release_gate",
        },
        {
            content: "Every column has its count and what of it is late",
            trigger: ".o_kanban_group:has(.o_kanban_record:contains('巡演客户')) .o_column_progress",
        },
        { trigger: "button.o_switch_view.o_calendar", run: "click" },
        { trigger: ".o_calendar_view .fc-day-today" },
        { trigger: "button.o_switch_view.o_list", run: "click" },
        {
            content: "The button is pressed by the keyboard",
            trigger: `${ROW} .o_desk_next:contains('发货通知')`,
            run() {
                this.anchor.focus();
            },
        },
        { trigger: `${ROW} .o_desk_next:focus`, run: "press Enter" },
        { trigger: ".o_form_view button[name=action_issue]" },
    ],
});
