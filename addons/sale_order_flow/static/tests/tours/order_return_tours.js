import { field } from "@sale_order_flow/../tests/tours/steps";
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const press = (name) => ({ trigger: `.o_form_statusbar button[name=${name}]`, run: "click" });
const without = (name) => ({
    trigger: `.o_form_view .o_form_statusbar:not(:has(button[name=${name}]))`,
});
const saved = { trigger: ".o_form_view:not(:has(.o_form_status_indicator_buttons:visible))" };

const enter = (name, value) => [
    { trigger: `${field("line_ids", "")}.o_data_row td[name=${name}]`, run: "click" },
    { trigger: `${field("line_ids", "")}.o_data_row td[name=${name}] input`, run: `edit ${value}` },
];

const save = [{ trigger: ".o_form_button_save", run: "click" }, saved];

/** F17: from the order, what was shipped is proposed; nothing and too much are refused. */
tours.add("order_return_ask", {
    steps: () => [
        press("action_request_return"),
        { trigger: `${field("line_ids", "")}.o_data_row td[name=returnable]:contains(4)` },
        { trigger: field("reason", "textarea"), run: "edit 客户多订了。" },
        ...enter("quantity", 9),
        ...save,
        press("action_approval_submit"),
        { content: "Refused with a sentence", trigger: ".modal-body:contains('9')" },
        { trigger: ".modal-footer .btn-primary", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        ...enter("quantity", 1),
        ...save,
        press("action_approval_submit"),
        without("action_approval_submit"),
        { trigger: ".o_approval_panel, .o_field_approval_panel" },
    ],
});

/** F17: the inspector records that the goods are as they should be. */
tours.add("order_return_inspect", {
    steps: () => [press("action_record"), without("action_record")],
});

/** F18: from the confirmed order, another quantity; what is touched is shown before it is asked for. */
tours.add("order_change_ask", {
    steps: () => [
        press("action_request_change"),
        { trigger: field("reason", "textarea"), run: "edit 客户工地面积缩小。" },
        ...enter("quantity", 3),
        ...save,
        { trigger: `${field("effects", "")}li` },
        press("action_approval_submit"),
        without("action_approval_submit"),
    ],
});
