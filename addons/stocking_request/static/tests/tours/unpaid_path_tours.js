import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const MINE = "/odoo/order-desk-mine";
const ROW = ".o_sale_desk .o_data_row:contains('巡演客户')";

const pressNext = { content: "It waits for me", trigger: `${ROW} .o_desk_next`, run: "click" };
const nothingLeft = {
    content: "Nothing waits for me any more",
    trigger: ".o_sale_desk:not(:has(.o_data_row:contains('巡演客户')))",
};
const validate = [
    { trigger: ".o_form_statusbar button[name=button_validate]", run: "click" },
    { trigger: ".o_arrow_button_current[data-value=done]" },
];

tours.add("stocking_request_write", {
    url: MINE,
    steps: () => [
        { trigger: `${ROW} .o_data_cell[name=partner_id]`, run: "click" },
        { trigger: "button[name=action_make_stocking_request]", run: "click" },
        {
            trigger: ".o_field_widget[name=purpose] textarea",
            run: "edit 客户生产线停产,先发货后付款。",
        },
        { trigger: "button[name=action_send]", run: "click" },
        { trigger: ".o_arrow_button_current[data-value=assistant]" },
    ],
});

tours.add("stocking_request_submit", { url: MINE, steps: () => [pressNext, nothingLeft] });

tours.add("stocking_request_opinion", {
    url: MINE,
    steps: () => [
        pressNext,
        { trigger: ".o_form_view .o_field_approval_sheet" },
        { trigger: ".o_approval_panel textarea", run: "edit 客户信誉良好。" },
        { trigger: ".o_approval_actions button[name=opinion]", run: "click" },
        { trigger: ".o_form_view:not(:has(.o_approval_actions button[name=opinion]))" },
    ],
});

tours.add("stocking_request_decide", {
    url: MINE,
    steps: () => [
        pressNext,
        { trigger: ".o_approval_actions button[name=approve]", run: "click" },
        { trigger: ".o_form_view:not(:has(.o_approval_actions button[name=approve]))" },
    ],
});

tours.add("stocking_request_order", {
    url: MINE,
    steps: () => [
        pressNext,
        { trigger: ".modal .o_field_widget[name=line_ids] .o_data_row" },
        { trigger: ".modal button[name=action_order]", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        nothingLeft,
    ],
});

tours.add("stocking_request_purchase", {
    url: MINE,
    steps: () => [
        pressNext,
        { trigger: ".o_form_statusbar button[name=button_confirm]", run: "click" },
        { trigger: ".o_arrow_button_current[data-value=purchase]" },
    ],
});

tours.add("stocking_request_move", { url: MINE, steps: () => [pressNext, ...validate] });

tours.add("stocking_request_tell", { url: MINE, steps: () => [pressNext, nothingLeft] });
