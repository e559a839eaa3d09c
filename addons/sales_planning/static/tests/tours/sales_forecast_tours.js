import { openViews, press, reached } from "@sale_order_flow/../tests/tours/steps";
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const cell = (name) => `.o_data_row:first .o_data_cell[name=${name}]`;

/** P2: the planner makes a forecast, overrides a quantity with a reason, and releases it. */
tours.add("forecast_planner", {
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=horizon] input", run: "edit 3" },
        press("action_calculate"),
        reached("calculated"),
        { trigger: ".o_field_widget[name=month_ids] .o_data_row" },
        { trigger: "button[name=action_open_lines]", run: "click" },
        { trigger: ".o_list_view .o_group_header", run: "click" },
        { trigger: cell("override_quantity"), run: "click" },
        { trigger: `${cell("override_quantity")} input`, run: "edit 25" },
        { trigger: `${cell("override_reason")} input`, run: "edit 中标一个项目" },
        { trigger: ".o_list_button_save:visible", run: "click" },
        { trigger: `.o_list_view:not(:has(.o_selected_row)) ${cell("final_quantity")}:contains('25')` },
        { trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item.o_back_button", run: "click" },
        press("action_release"),
        reached("released"),
    ],
});

/** P2: at the phone a salesperson reads what is expected. */
tours.add("forecast_phone", {
    steps: () => [
        { trigger: ".o_kanban_view .o_kanban_group, .o_kanban_view .o_kanban_record" },
        { trigger: ".o_kanban_record:first", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=final_quantity]" },
    ],
});

const VIEWS = {
    action_forecast: ["list", "kanban", "activity"],
    action_forecast_line: ["list", "kanban", "pivot", "graph"],
    action_forecast_report: ["graph", "pivot", "list"],
    action_forecast_accuracy: ["graph", "pivot", "list"],
};

/** X6: every view opens. */
tours.add("forecast_views", {
    steps: () => openViews("sales_planning", VIEWS),
});
