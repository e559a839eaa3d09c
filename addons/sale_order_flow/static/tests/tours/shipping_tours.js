import { field, openViews, press, reached } from "@sale_order_flow/../tests/tours/steps";
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** F14: the dispatcher sends a request back, with the reason. */
tours.add("shipping_send_back", {
    steps: () => [
        { trigger: ".o_form_statusbar .o_widget_ask_reason_button button", run: "click" },
        { trigger: ".modal textarea.o_ask_reason", run: "edit 车辆已全部外出。" },
        { trigger: ".modal footer .btn-primary", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        reached("draft"),
        { trigger: field("refuse_reason", ":contains('车辆已全部外出')") },
    ],
});

/** F14: the dispatcher chooses the vehicle, whose driver comes along, and assigns it. */
tours.add("shipping_assign", {
    steps: () => [
        { trigger: field("vehicle_id", "input"), run: "edit A-1" },
        { trigger: ".o-autocomplete--dropdown-item:contains('A-1')", run: "click" },
        { trigger: field("driver_id", "input:value(Driver)") },
        press("action_assign"),
        reached("arranged"),
    ],
});

/** F14: the warehouse ticks what is packed. */
tours.add("shipping_pack", {
    steps: () => [
        { trigger: field("item_ids", "button.fa-square-o, button .fa-square-o"), run: "click" },
        { trigger: field("item_ids", ".fa-check-square-o") },
    ],
});

/** F15: the customer enters what is broken, reads it once more and signs. */
tours.add("receipt_sign_portal", {
    steps: () => [
        { trigger: ".o_receipt_edit", run: "click", expectUnloadPage: true },
        { trigger: ".o_receipt_goods select", run: "select damaged" },
        { trigger: ".o_receipt_goods input[name^=affected_]", run: "edit 1" },
        { trigger: ".o_receipt_goods textarea", run: "edit 外壳开裂。" },
        {
            trigger: ".o_receipt_goods button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: ".table-bordered:contains('外壳开裂。')" },
        {
            trigger: "body[is-ready=true] #sign .o_web_sign_name_and_signature input",
            run: "edit 巡游收货人",
        },
        { trigger: "#sign canvas.o_web_sign_signature", run: "canvasNotEmpty" },
        { trigger: "#sign .o_portal_sign_submit:enabled", run: "click", expectUnloadPage: true },
        { trigger: ".alert-success" },
        { trigger: "body:not(:has(#sign))" },
    ],
});

/** F15: the customer signs on the phone of the salesperson. */
tours.add("receipt_sign_phone", {
    steps: () => [
        { trigger: field("signed_by", "input"), run: "edit 巡游收货人" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_view:not(:has(.o_form_status_indicator_buttons:visible))" },
        { trigger: ".o_widget_signature button", run: "click" },
        { trigger: ".modal .o_web_sign_auto_button", run: "click" },
        { trigger: ".modal canvas.o_web_sign_signature", run: "canvasNotEmpty" },
        { trigger: ".modal footer .btn-primary:enabled", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        reached("signed"),
    ],
});

const VIEWS = {
    action_shipping_arrangement: ["list", "kanban", "calendar", "pivot", "activity"],
    action_delivery_receipt: ["list", "kanban", "activity"],
    action_shipping_vehicle: ["list", "kanban"],
    action_delivery_difference: ["list", "pivot"],
};

/** X6: every view opens. */
tours.add("shipping_views", {
    steps: () => openViews("sale_order_flow", VIEWS),
});
