import { moveBar, openViews, press, reached } from "@sale_order_flow/../tests/tours/steps";
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const showsField = (name, text) => ({
    trigger: `.o_field_widget[name=${name}]:contains(${text})`,
});

/** P3: a salesperson notices what an order misses, and hands it over. */
tours.add("production_notice_of_order", {
    steps: () => [
        press("action_notice_production"),
        showsField("line_ids", "Tank"),
        press("action_hand_over"),
        reached("statistics"),
    ],
});

/** P3: statistics corrects what has to be produced, and verifies. */
tours.add("production_notice_verify", {
    steps: () => [
        reached("statistics"),
        { trigger: ".o_data_row td[name=to_produce]", run: "click" },
        { trigger: ".o_data_row td[name=to_produce] input", run: "edit 3" },
        press("action_verify"),
        reached("dispatch"),
    ],
});

/** P4: dispatch schedules, looks at the timeline, moves a bar with the keyboard, and submits. */
tours.add("production_schedule_dispatch", {
    steps: () => [
        reached("dispatch"),
        press("action_schedule_notice"),
        reached("draft"),
        showsField("line_ids", "Tank"),
        press("action_calculate"),
        { trigger: ".o_form_statusbar button[name=action_approval_submit]:visible" },
        { trigger: ".o_notebook .nav-link[name=timeline]", run: "click" },
        ...moveBar(".o_timeline_bar:contains(Weld)", { key: "ArrowRight", shiftKey: true }),
        press("action_approval_submit"),
        reached("review"),
    ],
});

/** P4: the VP of production reads what is planned, and approves. */
tours.add("production_schedule_decide", {
    steps: () => [
        reached("review"),
        { trigger: ".o_approval_panel button[data-verb=approve], .o_approval_panel button[name=approve]", run: "click" },
        reached("approved"),
    ],
});

const VIEWS = {
    action_order_roundup: ["list", "kanban", "pivot", "graph"],
    action_production_notice: ["list", "kanban", "activity"],
    action_production_notice_line: ["list", "pivot", "graph"],
    action_production_schedule: ["list", "kanban"],
    action_production_schedule_operation: ["calendar", "list", "pivot", "graph"],
};

/** X6: every view opens. */
tours.add("production_planning_views", {
    steps: () => openViews("sales_planning_mrp", VIEWS),
});
