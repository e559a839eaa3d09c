import { openViews, press, reached } from "@sale_order_flow/../tests/tours/steps";
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const cell = (name) => `.o_data_row:contains('巡游态度') .o_data_cell[name=${name}]`;
const input = (name) => `.o_selected_row .o_field_widget[name=${name}] input`;

/** P7: a salesperson gives own points with a remark, and hands it in. */
tours.add("performance_self", {
    steps: () => [
        { trigger: cell("self_points"), run: "click" },
        { trigger: input("self_points"), run: "edit 95" },
        { trigger: input("self_remark"), run: "edit 本月无投诉。" },
        { trigger: ".o_field_widget[name=self_comment] textarea", run: "edit 希望参加谈判培训。" },
        press("action_hand_in"),
        reached("manager"),
        { trigger: ".o_form_statusbar:not(:has(button[name=action_hand_in]:visible))" },
    ],
});

/** P7: the manager scores, and submits to the chain. */
tours.add("performance_score", {
    steps: () => [
        { trigger: cell("manager_points"), run: "click" },
        { trigger: input("manager_points"), run: "edit 70" },
        { trigger: input("manager_remark"), run: "edit 考勤两次迟到。" },
        { trigger: ".o_field_widget[name=manager_comment] textarea", run: "edit 加强新客户开发。" },
        press("action_submit"),
        reached("submitted"),
        { trigger: ".o_approval_panel" },
    ],
});

/** P7: the VP approves in the panel. */
tours.add("performance_approve", {
    steps: () => [
        { trigger: ".o_approval_panel textarea", run: "edit 同意。" },
        { trigger: ".o_approval_actions button[name=approve]", run: "click" },
        reached("approved"),
        { trigger: ".o_notebook .nav-link:contains('提成'), .o_notebook .nav-link:contains('Commission')", run: "click" },
        { trigger: ".o_field_widget[name=commission_line_ids] .o_data_row" },
    ],
});

/** P11: the owner begins, says what was done, and is done. */
tours.add("improvement_work", {
    steps: () => [
        press("action_begin"),
        reached("progress"),
        { trigger: ".o_field_widget[name=result] textarea", run: "edit 周一已培训全组。" },
        press("action_done"),
        reached("done"),
    ],
});

const VIEWS = {
    action_performance_review: ["list", "kanban", "pivot", "graph", "activity"],
    action_commission_line: ["list", "pivot"],
    action_improvement_action: ["kanban", "list", "calendar", "pivot", "activity"],
    action_performance_review_line: ["pivot", "graph", "list"],
    action_performance_scheme: ["list"],
};

/** X6: every view opens. */
tours.add("performance_views", {
    steps: () => openViews("sales_planning", VIEWS),
});
