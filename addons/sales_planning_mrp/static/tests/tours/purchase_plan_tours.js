import { press, reached } from "@sale_order_flow/../tests/tours/steps";
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** P5: dispatch calculates a plan and looks at what it is for. */
tours.add("purchase_plan_calculate", {
    steps: () => [
        press("action_calculate"),
        reached("calculated"),
        { trigger: ".o_field_widget[name=line_ids] .o_data_row:contains('Tour Part')" },
        { trigger: ".o_field_widget[name=line_ids] .o_data_row:contains('Bearings Ltd')" },
    ],
});

/** P5: the VP of production approves. */
tours.add("purchase_plan_approve", {
    steps: () => [press("action_approve"), reached("approved")],
});

/** P5: dispatch hands the plan to purchasing and sees the requests. */
tours.add("purchase_plan_hand_over", {
    steps: () => [
        press("action_hand_over"),
        { trigger: ".o_list_view .o_data_row:contains('Bearings Ltd')" },
    ],
});

/** P5: purchasing opens the line of the plan and from there its request. */
tours.add("purchase_plan_order", {
    steps: () => [
        { trigger: ".o_data_row:contains('Tour Part') td[name=product_id]", run: "click" },
        press("action_open"),
        press("button_confirm"),
        reached("purchase"),
    ],
});

/** P6: the VP of production says what is done about a promise in danger. */
tours.add("plan_exception_handle", {
    steps: () => [
        { trigger: ".ribbon, .o_widget_web_ribbon" },
        { trigger: ".o_field_widget[name=decision] textarea", run: "edit 改空运，后天到货。" },
        press("action_handle"),
        reached("handled"),
    ],
});

/** P6: progress opens the late purchase. */
tours.add("plan_progress_open", {
    steps: () => [
        { trigger: ".o_data_row:contains('Bearings Ltd') td[name=document]", run: "click" },
        { trigger: ".o_list_view .o_data_row td[name=qty_received]" },
    ],
});

const VIEWS = {
    "purchase-plans": ["kanban", "list"],
    "purchase-plan-lines": ["kanban", "pivot", "graph", "list"],
    "plan-progress": ["kanban", "pivot", "graph", "list"],
    "plan-exceptions": ["kanban", "pivot", "graph", "list"],
};

/** X6: every view opens. */
for (const [path, views] of Object.entries(VIEWS)) {
    tours.add(`planning_views_${path.replaceAll("-", "_")}`, {
        steps: () =>
            views.flatMap((view) => [
                { trigger: `.o_switch_view.o_${view}`, run: "click" },
                { trigger: `.o_${view}_view` },
            ]),
    });
}
