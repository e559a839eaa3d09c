import { field, moveBar, openViews, press, reached } from "@sale_order_flow/../tests/tours/steps";
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** I1: the assistant tells the director that the goods have shipped. */
tours.add("install_announce", {
    steps: () => [press("action_announce"), reached("assign")],
});

/** I2: the director chooses who is responsible, and assigns it. */
tours.add("install_assign", {
    steps: () => [
        { trigger: field("lead_id", "input"), run: "edit Foreman" },
        { trigger: ".o-autocomplete--dropdown-item:contains('Foreman')", run: "click" },
        press("action_assign"),
        reached("planning"),
    ],
});

/** I3: whoever leads the work moves a stage by a day, with the keyboard, and by a week. */
tours.add("install_timeline", {
    steps: () => [
        { trigger: ".o_notebook .nav-link[name=timeline]", run: "click" },
        ...moveBar(".o_timeline_bar:contains(Foreman):eq(3)", { key: "ArrowRight" }),
    ],
});

/** I5: an installer enters the day and a problem at the phone. */
tours.add("install_site_log_phone", {
    steps: () => [
        { trigger: ".o-kanban-button-new, .o_control_panel .o_list_button_add", run: "click" },
        { trigger: field("project_id", "input"), run: "click" },
        { trigger: ".modal .o_kanban_record, .o-autocomplete--dropdown-item", run: "click" },
        { trigger: field("work", "textarea"), run: "edit 基础找平完成。" },
        { trigger: field("problem", "textarea"), run: "edit 插座位置不对。" },
        // a save that fails loses nothing of what was typed
        { trigger: field("progress", "input"), run: "edit 140" },
        { trigger: ".o_form_button_save:visible", run: "click" },
        { trigger: ".modal footer .btn-primary", run: "click" },
        { trigger: `body:not(:has(.modal)) ${field("work", "textarea")}:value(基础找平完成。)` },
        { trigger: `${field("problem", "textarea")}:value(插座位置不对。)` },
        { trigger: field("progress", "input"), run: "edit 40" },
        { trigger: ".o_form_button_save:visible", run: "click" },
        { trigger: ".o_form_saved, .o_form_view:not(:has(.o_form_status_indicator_buttons:visible))" },
        { trigger: field("problem_state", ".badge, .text-bg-danger") },
    ],
});

/** I6: the customer signs on the device of whoever leads the work. */
tours.add("install_sign_on_site", {
    steps: () => [
        press("action_ready"),
        reached("ready"),
        { trigger: field("signed_by", "input"), run: "edit 巡游验收人" },
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

/** I6: the customer reads the acceptance in the portal and signs it. */
tours.add("install_sign_portal", {
    steps: () => [
        { trigger: ".table-bordered:contains('Pump')" },
        {
            trigger: "body[is-ready=true] #sign .o_web_sign_name_and_signature input",
            run: "edit 巡游验收人",
        },
        { trigger: "#sign canvas.o_web_sign_signature", run: "canvasNotEmpty" },
        { trigger: "#sign .o_portal_sign_submit:enabled", run: "click", expectUnloadPage: true },
        { trigger: ".alert-success" },
        { trigger: "body:not(:has(#sign))" },
    ],
});

const VIEWS = {
    action_install_project: ["kanban", "list", "calendar", "activity"],
    action_install_stage: ["calendar", "list"],
    action_site_log: ["kanban", "list", "pivot"],
    action_install_acceptance: ["list", "kanban", "activity"],
    action_punch_item: ["list"],
    action_install_report: ["pivot", "graph", "list"],
};

/** X6: every view opens. */
tours.add("install_views", {
    steps: () => openViews("install_project", VIEWS),
});
