import { field, press, reached } from "@sale_order_flow/../tests/tours/steps";
import { registry } from "@web/core/registry";
import { inputFiles } from "@web/../tests/utils";

const tours = registry.category("web_tour.tours");

/** F19: taken, not closed without result, then closed. */
tours.add("order_case_owner", {
    steps: () => [
        press("action_take"),
        reached("progress"),
        { trigger: field("cause", "textarea"), run: "edit 密封圈老化。" },
        { trigger: field("measure", "textarea"), run: "edit 更换密封圈。" },
        press("action_close"),
        { content: "Refused with a sentence", trigger: ".modal-body:contains('CS/')" },
        { trigger: ".modal-footer .btn-primary", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        { trigger: field("result", "textarea"), run: "edit 客户确认不再渗水。" },
        press("action_wait"),
        reached("waiting"),
        press("action_close"),
        reached("done"),
    ],
});

/** F19: every view of cases and of satisfaction. */
tours.add("order_case_views", {
    steps: () => [
        { trigger: ".o_list_view .o_data_row" },
        { trigger: ".o_switch_view.o_kanban", run: "click" },
        { trigger: ".o_kanban_renderer .o_kanban_record" },
        { trigger: ".o_switch_view.o_calendar", run: "click" },
        { trigger: ".o_calendar_renderer" },
        { trigger: ".o_switch_view.o_pivot", run: "click" },
        { trigger: ".o_pivot table" },
        { trigger: ".o_switch_view.o_graph", run: "click" },
        { trigger: ".o_graph_renderer canvas" },
    ],
});

tours.add("order_satisfaction_views", {
    steps: () => [
        { trigger: ".o_pivot table tbody tr" },
        { trigger: ".o_switch_view.o_graph", run: "click" },
        { trigger: ".o_graph_renderer canvas" },
        { trigger: ".o_switch_view.o_kanban", run: "click" },
        { trigger: ".o_kanban_renderer .o_kanban_record" },
        { trigger: ".o_switch_view.o_list", run: "click" },
        { trigger: ".o_list_view .o_data_row .o_data_cell[name=partner_id]", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=score]" },
    ],
});

/** F19: reported with a photo in the portal, and read there. */
tours.add("order_case_customer", {
    steps: () => [
        { trigger: "a[href='/my/cases/new']", run: "click", expectUnloadPage: true },
        { trigger: ".o_case_form input[name=subject]", run: "edit 水泵渗水" },
        { trigger: ".o_case_form textarea[name=description]", run: "edit 周一起泵下有水。" },
        {
            trigger: ".o_case_form input[name=files]",
            async run() {
                const file = new File(["leak"], "leak.txt", { type: "text/plain" });
                await inputFiles(".o_case_form input[name=files]", [file]);
            },
        },
        { trigger: ".o_case_form button[type=submit]", run: "click", expectUnloadPage: true },
        { trigger: ".o_case_opened" },
        { trigger: "h3:contains('水泵渗水')" },
    ],
});
